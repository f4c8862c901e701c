//! The folders of one potbridge, and how files in them are made.
//!
//! [`Dirs`] names them. What is in them only its owner may open, and root leaves in somebody's folder nothing of root's.

mod access;
#[cfg(unix)]
mod as_owner;
mod own;
mod paths;
mod private_files;
#[cfg(unix)]
mod root;
mod runtime;

#[cfg(unix)]
pub use as_owner::{AsOwner, as_owner};
pub use paths::{Dirs, NoDir, home};
#[cfg(unix)]
pub use private_files::open_folder;
pub use private_files::{close_to_others, make, make_private, open_private, open_private_to_append};
pub use runtime::NAME;
