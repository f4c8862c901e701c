//! An animated picture of what happens, of screenshots and of what a terminal prints. Chromium alone.

use crate::tab::Tab;
use crate::trial::Trial;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use potbridge_browser::Page;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// The size of the picture: as wide as README is on GitHub.
const SIZE: [u32; 2] = [840, 520];
/// How much room the bar of the browser takes.
const BAR: u32 = 44;
/// A browser that shows a page, a popup over it, and a terminal before both: `stage.show({page, popup, terminal})`.
const STAGE: &str = include_str!("../fixtures/animation/stage.html");

/// The frames of an animation.
pub struct Animation<'a> {
    trial: &'a Trial,
    stage: Tab<'a>,
    frames: TempDir,
    list: String,
    count: usize,
}

impl<'a> Animation<'a> {
    /// One with no frame, in this colour scheme.
    #[must_use]
    pub fn new(trial: &'a Trial, scheme: &str) -> Self {
        let stage = trial.open(&format!("data:text/html;base64,{}", STANDARD.encode(STAGE)));
        let animation = Self { trial, stage, frames: TempDir::new().unwrap(), list: String::new(), count: 0 };
        for page in [&animation.stage.page, &trial.page] {
            let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
            animation.call(page, "Emulation.setEmulatedMedia", &json!({"features": features}));
        }
        animation
    }

    /// Brings the trial's page to the front: a page that nobody sees draws nothing.
    pub fn bring_page_to_front(&self) {
        self.call(&self.trial.page, "Page.bringToFront", &json!({}));
    }

    /// A screenshot of the trial's page, as a data address.
    #[must_use]
    pub fn page(&self) -> String {
        self.bring_page_to_front();
        self.screenshot(&self.trial.page, [SIZE[0], SIZE[1] - BAR], 1)
    }

    /// Adds what the stage shows now, for so many seconds.
    pub fn add(&mut self, shown: &Value, seconds: f32) {
        let drawn = self.stage.evaluate(&format!("window.stage.show({shown})"));
        assert_eq!(drawn, json!(true));
        self.call(&self.stage.page, "Page.bringToFront", &json!({}));
        let picture = self.screenshot(&self.stage.page, SIZE, 1);
        let name = format!("{:03}.png", self.count);
        let encoded = picture.trim_start_matches("data:image/png;base64,");
        fs::write(self.frames.path().join(&name), STANDARD.decode(encoded).unwrap()).unwrap();
        writeln!(self.list, "file '{name}'\nduration {seconds}").unwrap();
        self.count += 1;
    }

    /// Writes the file, an animated WebP.
    pub fn write(&self, file: &Path) {
        // ffmpeg gives the last one of a list no time of its own.
        let list = format!("{}file '{:03}.png'\n", self.list, self.count - 1);
        let names = self.frames.path().join("list.txt");
        fs::write(&names, list).unwrap();
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-loglevel", "error", "-y", "-f", "concat", "-i"]).arg(&names);
        ffmpeg.args(["-fps_mode", "vfr", "-c:v", "libwebp_anim", "-quality", "80", "-loop", "0"]).arg(file);
        assert!(ffmpeg.status().expect("ffmpeg is installed").success());
    }

    fn screenshot(&self, page: &Page, [width, height]: [u32; 2], scale: u32) -> String {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": false});
        self.call(page, "Emulation.setDeviceMetricsOverride", &size);
        self.call(page, "Emulation.setScrollbarsHidden", &json!({"hidden": true}));
        let answer = self.call(page, "Page.captureScreenshot", &json!({"format": "png"}));
        format!("data:image/png;base64,{}", answer["data"].as_str().unwrap())
    }

    fn call(&self, page: &Page, method: &str, params: &Value) -> Value {
        self.trial.browser.cdp().unwrap().call(Some(&page.session), method, params).unwrap()
    }
}
