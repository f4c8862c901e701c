// A page with a frame for each address that its own address names: frames.html?src=ADDRESS&src=ADDRESS
import { byId, element } from "./page/elements.js";

for (const src of new URLSearchParams(location.search).getAll("src")) {
  byId("frames").append(element("iframe", { src, width: "480", height: "270", allow: "autoplay" }));
}
