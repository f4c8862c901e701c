//! The seccomp profile.

use super::root;
use serde_json::Value;
use std::fs;

/// The flags of clone(2) and unshare(2) that make namespaces (Linux 6.18, `linux/sched.h`).
const NEW_MOUNT: u64 = 0x0002_0000;
const NEW_CGROUP: u64 = 0x0200_0000;
const NEW_UTS: u64 = 0x0400_0000;
const NEW_IPC: u64 = 0x0800_0000;
const NEW_USER: u64 = 0x1000_0000;
const NEW_PID: u64 = 0x2000_0000;
const NEW_NETWORK: u64 = 0x4000_0000;

/// Whether the seccomp profile lets a call with this first argument through.
fn allowed(profile: &Value, call: &str, first: u64) -> bool {
    assert_eq!(profile["defaultAction"], "SCMP_ACT_ERRNO");
    profile["syscalls"].as_array().unwrap().iter().any(|rule| {
        let named = rule["names"].as_array().unwrap().contains(&Value::from(call));
        let fits = rule["args"].as_array().into_iter().flatten().all(|argument| {
            assert_eq!(argument["index"], 0);
            let value = argument["value"].as_u64().unwrap();
            match argument["op"].as_str().unwrap() {
                "SCMP_CMP_LT" => first < value,
                "SCMP_CMP_EQ" => first == value,
                "SCMP_CMP_GT" => first > value,
                "SCMP_CMP_MASKED_EQ" => Some(first & value) == argument["valueTwo"].as_u64(),
                other => panic!("{other}"),
            }
        });
        named && fits && rule["action"] == "SCMP_ACT_ALLOW"
    })
}

#[test]
fn the_seccomp_profile_lets_the_sandbox_be_made_and_no_more() {
    let text = fs::read_to_string(root().join("container/seccomp.json")).unwrap();
    let profile: Value = serde_json::from_str(&text).unwrap();
    for flags in [0, NEW_USER, NEW_USER | NEW_PID | NEW_NETWORK, NEW_USER | NEW_IPC] {
        assert!(allowed(&profile, "clone", flags) && allowed(&profile, "unshare", flags), "{flags:#x}");
    }
    for flag in [NEW_MOUNT, NEW_CGROUP, NEW_UTS] {
        assert!(
            !allowed(&profile, "clone", NEW_USER | flag) && !allowed(&profile, "unshare", flag),
            "{flag:#x}"
        );
    }
    for call in ["chroot", "seccomp", "prctl", "memfd_create", "execve", "ptrace"] {
        assert!(allowed(&profile, call, 0), "{call}");
    }
    for call in
        ["mount", "umount2", "pivot_root", "setns", "bpf", "keyctl", "clone3", "init_module", "kexec_load"]
    {
        assert!(!allowed(&profile, call, 0), "{call}");
    }
    // AF_INET, AF_NETLINK; AF_ALG, AF_VSOCK.
    assert!([2, 16].iter().all(|&family| allowed(&profile, "socket", family)));
    assert!(![38, 40].iter().any(|&family| allowed(&profile, "socket", family)));
    // The C library calls clone if clone3 is unknown.
    let clone3 =
        profile["syscalls"].as_array().unwrap().iter().find(|rule| rule["names"][0] == "clone3").unwrap();
    assert_eq!((&clone3["action"], &clone3["errnoRet"]), (&"SCMP_ACT_ERRNO".into(), &38.into()));
}
