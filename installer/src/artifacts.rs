//! Finds the host and the extension, or has cargo build them.

use crate::browsers::Family;
use crate::bundle::{self, Parts};
use crate::edition::Edition;
use crate::error::{Error, Named as _, Result};
use crate::{cargo, manifest};
use std::env;
use std::path::{Path, PathBuf};

/// What potbridge consists of, ready to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifacts {
    /// The program `potbridge`.
    pub host: PathBuf,
    /// The program `potbridge-setup`, which is this one.
    pub setup: PathBuf,
    /// Holds one built extension per family: `chromium`, `firefox`.
    pub extensions: PathBuf,
    /// The workspace it was built from, where it was.
    pub workspace: Option<PathBuf>,
}

impl Artifacts {
    /// In this order: what lies beside this program, as in an archive; what the workspace builds,
    /// where cargo runs this program; what `install` put in its places; what the workspace builds
    /// that this program was built from.
    ///
    /// # Errors
    /// Where there is none of these, or the build fails.
    pub fn prepare() -> Result<Self> {
        let setup = env::current_exe().named("find", Path::new("this program"))?;
        let setup = setup.canonicalize().named("find", &setup)?;
        let beside = setup.parent().unwrap_or(Path::new("/"));
        if let Some(found) = Self::at(&setup, beside, beside.join("extension")) {
            return Ok(found);
        }
        let run_by_cargo = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        if let Some(workspace) = run_by_cargo.as_deref().and_then(cargo::workspace_of) {
            return Self::build(setup, workspace);
        }
        if let Some(data) = dirs::data_dir()
            && let Some(found) = Self::at(&setup, beside, data.join(INSTALLED_EXTENSIONS))
        {
            return Ok(found);
        }
        match cargo::workspace_of(Path::new(env!("CARGO_MANIFEST_DIR"))) {
            Some(workspace) => Self::build(setup, workspace),
            None => Err(Error::Missing {
                what: format!("the program potbridge beside {}", setup.display()),
                hint: "unpack the whole archive into one folder, or run `cargo start` in a clone \
                       of the source"
                    .to_owned(),
            }),
        }
    }

    /// The built extension of a family: a folder that a browser can load.
    #[must_use]
    pub fn extension(&self, family: Family) -> PathBuf {
        self.extensions.join(family.name())
    }

    fn at(setup: &Path, programs: &Path, extensions: PathBuf) -> Option<Self> {
        let host = programs.join(program("potbridge"));
        let whole = host.is_file()
            && Family::ALL.iter().all(|family| extensions.join(family.name()).join(manifest::FILE).is_file());
        whole.then(|| Self { host, setup: setup.to_owned(), extensions, workspace: None })
    }

    fn build(setup: PathBuf, workspace: PathBuf) -> Result<Self> {
        let target = cargo::target_folder(&workspace)?;
        cargo::build(&workspace, &["--release", "--package", "potbridge"])?;
        Ok(Self {
            host: target.join("release").join(program("potbridge")),
            setup,
            extensions: build_extensions(&workspace, Edition::Full)?,
            workspace: Some(workspace),
        })
    }

    /// The program of the stand-in, built where there is a workspace.
    ///
    /// # Errors
    /// Where there is none, and it does not lie beside this program either.
    pub fn stand_in(&self) -> Result<PathBuf> {
        let name = program("potbridge-stand-in");
        if let Some(workspace) = &self.workspace {
            let target = cargo::target_folder(workspace)?;
            cargo::build(workspace, &["--package", "potbridge-stand-in"])?;
            return Ok(target.join("debug").join(name));
        }
        let beside = self.setup.with_file_name(&name);
        if beside.is_file() {
            return Ok(beside);
        }
        Err(Error::Missing {
            what: "the stand-in for YouTube, which a rehearsal plays on,".to_owned(),
            hint: "run `cargo start --rehearse` in a clone of the source".to_owned(),
        })
    }
}

/// Builds an edition of the extension for every family; gives the folder that holds one built extension per family.
///
/// # Errors
/// Where the build fails.
pub(crate) fn build_extensions(workspace: &Path, edition: Edition) -> Result<PathBuf> {
    cargo::ensure_wasm_target(workspace)?;
    let target = cargo::target_folder(workspace)?;
    cargo::build(
        workspace,
        &["--profile", "wasm", "--target", cargo::WASM_TARGET, "--package", "potbridge-extension", "--lib"],
    )?;
    let parts = Parts {
        web: workspace.join("extension/web"),
        editions: workspace.join("extension/editions"),
        edition,
        wasm: target.join(cargo::WASM_TARGET).join("wasm/potbridge_extension.wasm"),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let extensions = target.join(match edition {
        Edition::Full => "extension".to_owned(),
        other => format!("extension-{other}"),
    });
    for family in Family::ALL {
        bundle::assemble(&parts, family, &extensions.join(family.name()))?;
    }
    Ok(extensions)
}

/// The workspace that cargo runs this program in, or else the one it was built from, where that is there.
pub(crate) fn workspace() -> Option<PathBuf> {
    let run_by_cargo = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    run_by_cargo
        .as_deref()
        .and_then(cargo::workspace_of)
        .or_else(|| cargo::workspace_of(Path::new(env!("CARGO_MANIFEST_DIR"))))
}

/// Under the platform's data folder: where `install` puts the built extensions.
pub(crate) const INSTALLED_EXTENSIONS: &str = "potbridge/extension";

/// The file name of a program on this system.
pub(crate) fn program(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}
