use super::*;

fn set_k(old: &str) -> String {
    let variable = Variable { name: "K", value: "Mnew=" };
    String::from_utf8(set(old.as_bytes(), &[variable], None).unwrap().to_vec()).unwrap()
}

fn clear_k(old: &str) -> String {
    String::from_utf8(clear(old.as_bytes(), &["K"], None).unwrap().to_vec()).unwrap()
}

#[test]
fn only_the_value_changes() {
    for (old, new) in [
        ("K=old\n", "K=Mnew=\n"),
        ("A=1\r\nexport K = old # note\r\nB=2", "A=1\r\nexport K = Mnew= # note\r\nB=2"),
        ("K=\"old\nmore\"\n", "K=Mnew=\n"),
        ("K=a\nK='b'\n#K=c\n", "K=Mnew=\nK=Mnew=\n#K=c\n"),
        ("K= # note\n", "K=Mnew= # note\n"),
        ("K=old; export K\n", "K=Mnew=; export K\n"),
        ("\u{feff}K=old", "\u{feff}K=Mnew="),
    ] {
        assert_eq!(set_k(old), new);
        assert_eq!(set_k(new), new);
    }
}

#[test]
fn a_comment_that_touched_the_quote_stays_a_comment() {
    assert_eq!(set_k("K=\"old\"#note\n"), "K=Mnew= #note\n");
}

#[test]
fn a_line_is_added_with_the_line_end_of_the_file() {
    for (old, new) in [
        ("", "K=Mnew=\n"),
        ("\u{feff}", "\u{feff}K=Mnew=\n"),
        ("A=1\n", "A=1\nK=Mnew=\n"),
        ("A=1", "A=1\nK=Mnew=\n"),
        ("A=1\r\nB=2", "A=1\r\nB=2\r\nK=Mnew=\r\n"),
        ("A=1\rB=2\r", "A=1\rB=2\rK=Mnew=\r"),
        ("A=1\nB=2\nC=3\r\n", "A=1\nB=2\nC=3\r\nK=Mnew=\n"),
    ] {
        assert_eq!(set_k(old), new);
        assert_eq!(set_k(new), new);
    }
}

#[test]
fn an_added_line_is_not_joined_to_a_trailing_backslash() {
    assert_eq!(set_k("A=C:\\\n"), "A=C:\\\n\nK=Mnew=\n");
    assert_eq!(set_k("A=C:\\"), "A=C:\\\n\nK=Mnew=\n");
    assert_eq!(set_k("A=C:\\\\\n"), "A=C:\\\\\nK=Mnew=\n");
}

#[test]
fn an_open_quote_before_the_variable_does_not_hide_it() {
    let new = "A=\"open\nK=Mnew=\nB=\"\nK=Mnew=\n";
    assert_eq!(set_k("A=\"open\nK=\"old\"\nB=\"\n"), new);
    assert_eq!(set_k(new), new);
}

#[test]
fn a_quoted_value_is_replaced_whole() {
    for (old, new) in [
        ("K=Mold\n", "K='a # \"b;'\n"),
        ("export K=\"old\" # note\r\n", "export K='a # \"b;' # note\r\n"),
        ("K='old'#note\n", "K='a # \"b;' #note\n"),
        ("K='old'; export K # note\n", "K='a # \"b;'; export K # note\n"),
        ("K='old\nmore'\nB=1\n", "K='a # \"b;'\nB=1\n"),
        ("K= # note\n", "K='a # \"b;' # note\n"),
        ("A=1", "A=1\nK='a # \"b;'\n"),
    ] {
        let variable = Variable { name: "K", value: "'a # \"b;'" };
        let set = |old: &str| set(old.as_bytes(), &[variable], Some(Reader::Shell)).unwrap();
        assert_eq!(set(old).escape_ascii().to_string(), new.as_bytes().escape_ascii().to_string());
        assert_eq!(set(new).as_slice(), new.as_bytes());
        assert_eq!(clear_k(new), clear_k(new).replace("a # \"b;", ""), "{new:?}");
        assert!(!clear_k(new).contains("b;"), "{new:?}");
    }
}

#[test]
fn a_line_is_added_for_readers_that_do_not_see_one_after_a_byte_order_mark() {
    let variable = Variable { name: "K", value: "new" };
    for reader in Reader::ALL {
        let set = |old: &str| {
            let new = set(old.as_bytes(), &[variable], Some(reader)).unwrap();
            String::from_utf8(new.to_vec()).unwrap()
        };
        let added = matches!(reader, Reader::Shell | Reader::Node | Reader::Systemd);
        let expected = if added { "\u{feff}K=new\nB=2\nK=new\n" } else { "\u{feff}K=new\nB=2\n" };
        assert_eq!(set("\u{feff}K=old\nB=2\n"), expected, "{reader}");
        assert_eq!(set(expected), expected, "{reader}");
        assert_eq!(set("\u{feff}"), if added { "\u{feff}\nK=new\n" } else { "\u{feff}K=new\n" }, "{reader}");
        assert_eq!(set("\u{feff}A=1\nK=old\n"), "\u{feff}A=1\nK=new\n", "{reader}");
        assert_eq!(
            clear(expected.as_bytes(), &["K"], Some(reader)).unwrap().as_slice(),
            expected.replace("new", "").as_bytes()
        );
    }
}

#[test]
fn what_a_reader_takes_for_part_of_the_value_is_replaced() {
    for reader in [Reader::Docker, Reader::Systemd] {
        let variable = Variable { name: "K", value: "Mnew=" };
        for (old, new) in [
            ("K=\"old\" # note\r\nB=1\n", "K=Mnew=\r\nB=1\n"),
            ("K=old; export K\n", "K=Mnew=\n"),
            ("export K=old\n", "export K=Mnew=\nK=Mnew=\n"),
        ] {
            for text in [old, new] {
                assert_eq!(
                    set(text.as_bytes(), &[variable], Some(reader)).unwrap().as_slice(),
                    new.as_bytes()
                );
            }
        }
        assert_eq!(clear(b"K='a' # b\n", &["K"], Some(reader)).unwrap().as_slice(), b"K=\n");
    }
}

#[test]
fn several_variables_are_set_at_once_and_added_in_order() {
    let variables = [("B", "1"), ("A", "2"), ("C", "3")].map(|(name, value)| Variable { name, value });
    let new = set(b"A=old\n", &variables, None).unwrap();
    assert_eq!(new.as_slice(), b"A=2\nB=1\nC=3\n");
}

#[test]
fn clearing_empties_the_value_and_adds_nothing() {
    assert_eq!(clear_k("A=1\nexport K='old'\n"), "A=1\nexport K=\n");
    assert_eq!(clear_k("A=1\n"), "A=1\n");
    assert_eq!(clear_k("K=\nK=  \nK= # note\n"), "K=\nK=  \nK= # note\n");
}

#[test]
fn a_comment_does_not_become_the_value_of_a_cleared_variable() {
    let cleared = "K=\"\" # note\n";
    assert_eq!(clear_k("K=old # note\n"), cleared);
    assert_eq!(clear_k(cleared), cleared);
    assert_eq!(set_k(cleared), "K=Mnew= # note\n");
}

#[test]
fn text_that_would_exceed_the_limit_is_refused() {
    // Without a parser at work: that takes its time over 16 MiB in a debug build.
    let old = vec![b'#'; LARGEST - 3];
    let added = |part| apply(&old, &[Edit { range: 1..1, parts: [part, b"", b""] }]);
    assert_eq!(added(b"four"), Err(TooLarge));
    assert_eq!(added(b"bar").unwrap().len(), LARGEST);
}

#[test]
fn a_value_of_several_joined_lines_is_one() {
    const LINES: &[&str] =
        &["A=x", "# note", "A='x'", "TOKEN=Mold", "  TOKEN='Mold'", "TOKEN=", "A=x # note", "", " "];
    const ENDS: &[&str] = &["", "\\", " \\", "\\\\", "\\\\\\"];
    let lines = LINES.iter().flat_map(|line| ENDS.iter().map(move |end| format!("{line}{end}\n")));
    let lines: Vec<String> = lines.collect();
    let variable = [Variable { name: "TOKEN", value: "Mnew" }];
    let edited = |text: &str| {
        for reader in [None, Some(Reader::Shell), Some(Reader::Systemd), Some(Reader::Node)] {
            let new = set(text.as_bytes(), &variable, reader).unwrap();
            assert!(set(&new, &variable, reader).unwrap() == new, "{reader:?} {text:?}");
            for text in [&*new, text.as_bytes()] {
                let cleared = clear(text, &["TOKEN"], reader).unwrap();
                let shown = text.escape_ascii();
                assert!(clear(&cleared, &["TOKEN"], reader).unwrap() == cleared, "{reader:?} {shown}");
            }
        }
    };
    for first in &lines {
        for second in &lines {
            edited(&format!("{first}{second}"));
            for third in ["TOKEN=Mold\n", "TOKEN=Mold \\\n"] {
                edited(&format!("{first}{second}{third}"));
            }
        }
    }
}
