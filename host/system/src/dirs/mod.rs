//! The folders of one potbridge, and how files in them are made.
//!
//! [`Dirs`] names them. What is in them only its owner may open, and root leaves in somebody's folder nothing of root's.

mod access;
mod own;
mod paths;
mod private_files;
#[cfg(unix)]
mod root;
mod runtime;

pub use paths::{Dirs, NoDir};
#[cfg(unix)]
pub use private_files::open_folder;
pub use private_files::{close_to_others, make, make_private, open_private, open_private_to_append};
