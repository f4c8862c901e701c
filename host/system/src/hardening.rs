//! What keeps secrets inside this process.

/// Switches core dumps of this process off: one would hold every token in memory.
///
/// Children are not affected: exec switches them on again.
pub fn keep_secrets_out_of_core_dumps() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        // If the kernel refuses, there is nothing else to do.
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
