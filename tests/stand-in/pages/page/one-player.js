// A page with one player, which is on the stage from the beginning.
import { Player } from "../player/player.js";
import { Mint } from "../player/token.js";
import { byId } from "./elements.js";
import { readPage } from "./page-data.js";
import { PlayerElement } from "./player-element.js";
import { logSent } from "./request-log.js";
import { Stage } from "./stage.js";

export const page = readPage();
export const stage = new Stage(new PlayerElement("movie_player", page));
const mint = new Mint({ byVideo: page.boundToVideo, session: page.contentBinding });
export const player = new Player(page, mint, stage, logSent);

byId("stage").append(stage.player.root);
stage.current = true;
