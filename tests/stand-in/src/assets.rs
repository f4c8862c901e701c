/// A file of the pages, served under `/s/stand-in/`.
pub(crate) struct File {
    path: &'static str,
    pub(crate) text: &'static str,
}

macro_rules! files {
    ($($path:literal),+ $(,)?) => {
        &[$(File { path: $path, text: include_str!(concat!("../pages/", $path)) }),+]
    };
}

const FILES: &[File] = files![
    "app.js",
    "embed.js",
    "foreign/forge.js",
    "foreign/sandboxed-player.js",
    "foreign/service-worker.js",
    "frames.html",
    "frames.js",
    "icon.svg",
    "page/address.js",
    "page/art.js",
    "page/buffer.js",
    "page/captions.js",
    "page/elements.js",
    "page/grid.js",
    "page/one-player.js",
    "page/page-data.js",
    "page/playback.js",
    "page/player-element.js",
    "page/preview.js",
    "page/request-log.js",
    "page/stage.js",
    "page/up-next.js",
    "player/ad-break.js",
    "player/bodies.js",
    "player/send.js",
    "player/get-watch.js",
    "player/heartbeat.js",
    "player/innertube.js",
    "player/media-host.js",
    "player/media-url.js",
    "player/media.js",
    "player/onesie.js",
    "player/other-client.js",
    "player/player.js",
    "player/playing.js",
    "player/protobuf.js",
    "player/random.js",
    "player/reel-item-watch.js",
    "player/repeating.js",
    "player/requests.js",
    "player/sabr.js",
    "player/script.js",
    "player/service-worker.js",
    "player/stats.js",
    "player/timedtext.js",
    "player/token.js",
    "player/worker.js",
    "style.css",
    "tv.js",
    "wrappers.js",
    "ytcfg.js",
];

/// The start page and the watch pages.
pub(crate) const APP_PAGE: &str = include_str!("../pages/app.html");

/// The pages with one player only: embeds, Studio and the television page. Their scripts differ.
pub(crate) const ONE_PLAYER_PAGE: &str = include_str!("../pages/one-player.html");

/// The file of this path.
pub(crate) fn find(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}

impl File {
    pub(crate) fn content_type(&self) -> &'static str {
        match self.path.rsplit_once('.') {
            Some((_, "js")) => "text/javascript; charset=utf-8",
            Some((_, "html")) => "text/html; charset=utf-8",
            Some((_, "css")) => "text/css; charset=utf-8",
            Some((_, "svg")) => "image/svg+xml",
            _ => "text/plain; charset=utf-8",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn served(folder: &Path, root: &Path) {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                served(&path, root);
            } else if path.extension().is_none_or(|extension| extension != "html") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                assert!(find(&name).is_some(), "pages/{name} is not in FILES");
            }
        }
    }

    #[test]
    fn every_file_of_the_pages_is_served() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages");
        served(&root, &root);
    }
}
