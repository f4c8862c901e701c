//! What keeps secrets inside this process.

/// A core dump would hold every token in memory. Children are not affected: an exec sets it anew.
pub fn keep_secrets_out_of_core_dumps() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        // Nothing to be done, and nothing lost but caution, where the kernel refuses.
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
