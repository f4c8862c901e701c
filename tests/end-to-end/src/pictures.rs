//! Pictures of the extension's pages, in a folder that a person can page through, and what axe says of a page.

use crate::popup::Popup;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use potbridge_browser::Family;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

/// What axe says is wrong, in a line each. It looks at all that WCAG asks for, and at the size of what is clicked on.
const AXE: &str =
    "axe.run(document, { rules: { 'target-size': { enabled: true } } }).then(({ violations }) =>
    violations.map(({ id, nodes }) => `axe: ${id}: ${nodes.map(({ target }) => target).join(' ')}`))";

/// A folder of pictures.
pub struct Pictures {
    folder: PathBuf,
}

impl Pictures {
    /// The folder of this name in the tests' folder for temporary files, `env!("CARGO_TARGET_TMPDIR")`.
    #[must_use]
    pub fn new(target: &str, name: &str) -> Self {
        let folder = PathBuf::from(target).join(name);
        fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    /// Removes those of a browser: those of an earlier run may be of states that are no more.
    pub fn remove_of(&self, family: Family) {
        let of = format!("-{family:?}-").to_lowercase();
        for entry in fs::read_dir(&self.folder).unwrap().map(Result::unwrap) {
            if entry.file_name().to_string_lossy().contains(&of) {
                fs::remove_file(entry.path()).unwrap();
            }
        }
    }

    /// Takes a picture of the page, under a name that may have spaces.
    pub fn take(&self, page: &Popup<'_>, name: &str) {
        self.write(&page.picture(), name);
    }

    /// The same of a page that may be longer than a window.
    pub fn take_long(&self, page: &Popup<'_>, name: &str) {
        self.write(&page.page_picture(), name);
    }

    fn write(&self, picture: &str, name: &str) {
        let file = self.folder.join(format!("{}.png", name.replace(' ', "-").to_lowercase()));
        fs::write(file, STANDARD.decode(picture).unwrap()).unwrap();
    }

    /// Writes a page of all pictures in the folder, those of one state beside each other, and gives its path.
    pub fn write_index(&self, title: &str) -> PathBuf {
        let mut names: Vec<_> = fs::read_dir(&self.folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".png"))
            .collect();
        names.sort();
        let mut page = format!(
            "<!doctype html><meta charset=utf-8><title>{title}</title>\n\
             <style>body {{ font: 14px sans-serif; display: flex; flex-wrap: wrap; gap: 16px; background: #888 }}\n\
             figure {{ margin: 0; width: 360px }} img {{ width: 100% }}</style>\n",
        );
        for name in names {
            writeln!(page, "<figure><figcaption>{name}</figcaption><img src=\"{name}\" alt=\"\"></figure>")
                .unwrap();
        }
        let file = self.folder.join("index.html");
        fs::write(&file, page).unwrap();
        file
    }
}

/// axe-core, which looks for what people with disabilities cannot use, in a page that it was put into.
pub struct Axe(());

impl Axe {
    /// Puts it into the page, until the page is loaded again. None if it is not in `NODE_PATH`.
    #[must_use]
    pub fn put_into(page: &Popup<'_>) -> Option<Self> {
        let modules = std::env::var_os("NODE_PATH")?;
        let axe = std::env::split_paths(&modules)
            .find_map(|path| fs::read_to_string(path.join("axe-core/axe.min.js")).ok())?;
        page.evaluate(&format!("(() => {{ {axe}\n; window.axe = axe; return true; }})()"));
        Some(Self(()))
    }

    /// What is wrong with the page as it is now.
    #[must_use]
    pub fn findings(&self, page: &Popup<'_>) -> Vec<String> {
        serde_json::from_value(page.evaluate(AXE)).unwrap()
    }
}
