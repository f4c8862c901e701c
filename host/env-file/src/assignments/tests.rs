use super::*;

fn values_of_k(text: &str) -> Vec<&str> {
    spans(text.as_bytes(), None)
        .filter(|found| &text[found.name.clone()] == "K")
        .map(|found| &text[found.value])
        .collect()
}

#[test]
fn a_bare_value_ends_before_trailing_blanks_and_a_comment() {
    assert_eq!(values_of_k("K=old"), ["old"]);
    assert_eq!(values_of_k("K=old \t\r\n"), ["old"]);
    assert_eq!(values_of_k("K=old  # note\n"), ["old"]);
    assert_eq!(values_of_k("K=old\t#note # more\n"), ["old"]);
    assert_eq!(values_of_k("K=old#part\n"), ["old#part"]);
    assert_eq!(values_of_k("K=#part\n"), ["#part"]);
    assert_eq!(values_of_k("K=two words\n"), ["two words"]);
}

#[test]
fn an_absent_value_is_right_after_the_equals_sign() {
    for text in ["K=", "K=\n", "K=   \n", "K= # note\n", "K= ; export K\n"] {
        let found: Vec<_> = spans(text.as_bytes(), None).collect();
        let [Span { name, value, read: true, joined: false, .. }] = &found[..] else { panic!("{text:?}") };
        assert_eq!((name, value), (&(0..1), &(2..2)), "{text:?}");
    }
}

#[test]
fn spaces_export_and_indentation_do_not_hide_a_variable() {
    for text in ["K=old", "  K=old", "\tK = old", "export K=old", " export \t K  =\told"] {
        assert_eq!(values_of_k(text), ["old"], "{text:?}");
    }
}

#[test]
fn all_assignments_are_found_and_no_commented_one() {
    assert_eq!(values_of_k("K=a\n#K=b\n  # K=c\nX=#K=d\nKK=e\nexport K=f\nK\nK+=g\nK=h"), ["a", "f", "h"]);
}

#[test]
fn lines_end_in_any_of_three_ways() {
    assert_eq!(values_of_k("K=a\nK=b\r\nK=c\rK=d\n\rK=e"), ["a", "b", "c", "d", "e"]);
}

#[test]
fn a_byte_order_mark_is_not_part_of_the_first_name() {
    assert_eq!(values_of_k("\u{feff}K=old\n"), ["old"]);
    assert_eq!(values_of_k("K=a\n\u{feff}K=b\n"), ["a"]);
}

#[test]
fn a_quoted_value_includes_its_quotes_and_may_span_lines() {
    assert_eq!(values_of_k("K=\"a # b\" # note\n"), ["\"a # b\""]);
    assert_eq!(values_of_k("K='a\nK=b'\r\nK=c"), ["'a\nK=b'", "c"]);
    assert_eq!(values_of_k("K=`a\n\n`  \nK=c"), ["`a\n\n`", "c"]);
    assert_eq!(values_of_k("K=\"a\\\"b\"\n"), ["\"a\\\"b\""]);
    assert_eq!(values_of_k("K='a\\'b'\n"), ["'a\\'b'"]);
    assert_eq!(values_of_k("K=\"a\"#note\n"), ["\"a\""]);
}

#[test]
fn an_assignment_inside_quotes_is_not_one() {
    for quote in ["\"", "'", "`"] {
        let text = format!("A={quote}one\nK=inside\n#{quote} # end\nK=outside\n");
        assert_eq!(values_of_k(&text), ["outside"], "{text:?}");
    }
}

#[test]
fn a_single_quoted_value_may_end_in_a_backslash() {
    assert_eq!(values_of_k("A='C:\\dir\\'\nK=b\n"), ["b"]);
    assert_eq!(values_of_k("A='C:\\dir\\'\nB='x'\nK=b\n"), ["b"]);
}

#[test]
fn a_quote_that_does_not_close_is_part_of_a_bare_value() {
    assert_eq!(values_of_k("K=\"a\nK=b\n"), ["\"a", "b"]);
    assert_eq!(values_of_k("K='a' b # c\nK=d\n"), ["'a' b", "d"]);
    assert_eq!(values_of_k("A=\"\nK=b\n"), ["b"]);
    assert_eq!(values_of_k("K=don't\nK=b\n"), ["don't", "b"]);
    assert_eq!(values_of_k("K=\"\\"), ["\"\\"]);
}

#[test]
fn a_shells_export_after_the_value_is_not_part_of_it() {
    assert_eq!(values_of_k("K=old; export K\n"), ["old"]);
    assert_eq!(values_of_k("K=old ;export\tK # note\n"), ["old"]);
    assert_eq!(values_of_k("K=\"old\"; export K\n"), ["\"old\""]);
    assert_eq!(values_of_k("K='old # ;'; export K # note\nK=b\n"), ["'old # ;'", "b"]);
    assert_eq!(values_of_k("K='old'; export KK\n"), ["'old'; export KK"]);
    assert_eq!(values_of_k("K=old; export KK\n"), ["old; export KK"]);
    assert_eq!(values_of_k("K=old; exportK\n"), ["old; exportK"]);
}

fn read_by(reader: Reader, text: &str) -> Vec<(&str, bool)> {
    let found = spans(text.as_bytes(), Some(reader));
    found.map(|found| (&text[found.value], found.read)).collect()
}

#[test]
fn to_docker_a_value_is_the_rest_of_its_line() {
    for (text, value) in [
        ("K=old\r\n", "old"),
        ("K= old # note \n", " old # note "),
        ("K='old' # note", "'old' # note"),
        ("K=\"open\n", "\"open"),
        ("K=old; export K\n", "old; export K"),
        ("K=  \n", "  "),
    ] {
        assert_eq!(read_by(Reader::Docker, text), [(value, true)], "{text:?}");
    }
    assert_eq!(read_by(Reader::Docker, "A=\"\nK=a\n\"\n#K=b\n"), [("\"", true), ("a", true)]);
    assert_eq!(read_by(Reader::Docker, "export K=a\n"), [("a", false)]);
}

#[test]
fn to_systemd_a_value_ends_with_its_line_unless_quoted() {
    for (text, value) in [
        ("K=old # note\r\n", "old # note"),
        ("K= 'old' # note \n", "'old' # note"),
        ("K='old\nmore' more\n", "'old"),
        ("K='old\nmore'\n", "'old\nmore'"),
        ("K= # note\n", " # note"),
        ("K=old; export K\n", "old; export K"),
        ("K=  \n", ""),
    ] {
        assert_eq!(read_by(Reader::Systemd, text)[0], (value, true), "{text:?}");
    }
    assert_eq!(read_by(Reader::Systemd, "A='\nK=no\n'\nexport K=a\n"), [("'\nK=no\n'", true), ("a", false)]);
}

#[test]
fn hostile_text_is_scanned_in_linear_time() {
    let lines =
        ["A=\"\n", "A='\\\n", "A=\"\\\"\n", "A=' `\" #\n", "=", "\r", "A=x\\\n", "A=x \\\n", "x \\\n"];
    for line in lines {
        let text = line.repeat(1 << 16);
        for reader in [None, Some(Reader::Shell), Some(Reader::Systemd)] {
            let started = std::time::Instant::now();
            spans(text.as_bytes(), reader).count();
            let took = started.elapsed();
            assert!(took.as_secs() < 20, "{line:?} took {took:?} for {reader:?}");
        }
    }
}

#[test]
fn the_last_value_counts_without_its_quotes() {
    for (text, value) in [
        ("K=old\nexport K='a;b' # note\r\n", Some("a;b")),
        ("K=\"a b\"\n", Some("a b")),
        ("K=\n", Some("")),
        ("#K=old\nL=1\n", None),
    ] {
        assert_eq!(last_value(text.as_bytes(), "K", None), value.map(str::as_bytes), "{text}");
    }
    assert_eq!(last_value(b"K='a'\n", "K", Some(Reader::Docker)), Some(&b"'a'"[..]));
    assert_eq!(last_value(b"K=a\nexport K=b\n", "K", Some(Reader::Systemd)), Some(&b"a"[..]));
}
