//! Values for one reader.

use crate::support::Folder;
use env_file::{Change, EnvFile, Reader, Variable};

#[test]
fn a_value_is_written_for_one_reader_and_refused_for_another() {
    let folder = Folder::new().with(".env", "A=1\nTOKEN=\"old\" # note\n");
    let variables = [Variable { name: "TOKEN", value: "M=,mweb.gvs+M=;player_client=default,$a" }];
    let compose = EnvFile { reader: Some(Reader::Compose), ..folder.file(".env") };
    let error = compose.set(&variables).unwrap_err();
    assert_eq!(error.code(), "value-unfit");
    assert!(error.to_string().contains("a dollar sign") && error.to_string().contains("read by compose"));
    let shell = EnvFile { reader: Some(Reader::Shell), ..folder.file(".env") };
    assert_eq!(shell.set(&variables).unwrap().change, Change::Written);
    let written = "A=1\nTOKEN='M=,mweb.gvs+M=;player_client=default,$a' # note\n";
    assert_eq!(folder.read(".env"), written);
    assert_eq!(shell.set(&variables).unwrap().change, Change::Unchanged);
    assert_eq!(folder.file(".env").clear(&["TOKEN"]).unwrap().change, Change::Written);
    assert_eq!(folder.read(".env"), "A=1\nTOKEN=\"\" # note\n");
}
