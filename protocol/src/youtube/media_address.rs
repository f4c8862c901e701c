//! The address of a request to a media server: its fields, and the video that it names.

use super::address::Address;
use crate::VideoId;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Where manifests of streams are. The next segment is the kind of manifest.
const MANIFESTS: &str = "/api/manifest/";

/// The address of a request to a media server.
///
/// Its fields stand in the query, or in turn in the path: `/videoplayback/id/…/itag/…`.
#[derive(Clone, Copy)]
pub struct MediaAddress<'a> {
    address: Address<'a>,
    /// What stands before the fields in the path.
    start: &'a str,
}

impl<'a> MediaAddress<'a> {
    /// Takes an address apart.
    #[must_use]
    pub fn new(address: Address<'a>) -> Self {
        let path = address.path;
        let kind_at = if path.starts_with(MANIFESTS) { MANIFESTS.len() } else { 1 };
        let kind = path.get(kind_at..).unwrap_or_default();
        let end = kind.find('/').map_or(path.len(), |length| kind_at + length);
        Self { address, start: &path[..end] }
    }

    /// Whether it is the address of a manifest, which lists where the media are.
    #[must_use]
    pub fn is_manifest(&self) -> bool {
        self.address.path.starts_with(MANIFESTS)
    }

    /// What stands before the fields: `/videoplayback`.
    #[must_use]
    pub fn start(&self) -> &'a str {
        self.start
    }

    /// The value of a field, as it is written.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'a str> {
        self.address.query_field(name).or_else(|| self.address.path_field(self.start, name))
    }

    /// The video, if the field `id` names one.
    ///
    /// A live stream's is the video's id and a number, `dQw4w9WgXcQ.2`. A stream in parts (HLS) and Onesie have the 8 bytes
    /// of the video's id in hexadecimal. The opaque `o-…` of other media names none. Media of advertisements have
    /// hexadecimal ids too, which are no video's: their `source` is `doubleclick` (seen in public addresses of 2015 to
    /// 2026).
    #[must_use]
    pub fn video_id(&self) -> Option<VideoId> {
        let source = self.field("source").unwrap_or("youtube");
        let is_youtubes = source == "youtube" || source.starts_with("yt_");
        let id = self.field("id").filter(|_| is_youtubes)?;
        live(id).or_else(|| from_hexadecimal(id))
    }
}

/// The video of a live stream: its id, a dot and the number of the broadcast.
fn live(id: &str) -> Option<VideoId> {
    let (video, number) = id.split_once('.')?;
    let is_number = (1..=9).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    VideoId::new(video).ok().filter(|_| is_number)
}

/// The video whose id has these 8 bytes, in 16 hexadecimal digits.
fn from_hexadecimal(id: &str) -> Option<VideoId> {
    if id.len() != 16 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let bytes = u64::from_str_radix(id, 16).ok()?.to_be_bytes();
    VideoId::new(&URL_SAFE_NO_PAD.encode(bytes)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn video(rest: &str) -> Option<String> {
        let url = format!("https://rr1---sn-a.googlevideo.com{rest}");
        MediaAddress::new(Address::of_link(&url).unwrap()).video_id().map(String::from)
    }

    #[test]
    fn a_live_stream_names_its_video_in_query_and_path() {
        for rest in [
            "/videoplayback?expire=1&id=jfKfPfyJRdk.2&itag=140&source=yt_live_broadcast&live=1",
            "/videoplayback/id/jfKfPfyJRdk.2/itag/96/source/yt_live_broadcast/sq/71577/file/seg.ts",
            "/videoplayback/expire/1/ei/x/id/jfKfPfyJRdk.0/itag/96",
            "/api/manifest/hls_playlist/expire/1/ei/x/ip/::1/id/jfKfPfyJRdk.10/itag/96/source/yt_live_broadcast",
            "/api/manifest/hls_variant/id/jfKfPfyJRdk.1/file/index.m3u8?a=1",
            "/api/manifest/dash/id/jfKfPfyJRdk.1/source/yt_premiere_broadcast",
        ] {
            assert_eq!(video(rest).as_deref(), Some("jfKfPfyJRdk"), "{rest}");
        }
    }

    #[test]
    fn eight_bytes_in_hexadecimal_name_a_video() {
        for rest in [
            "/videoplayback/id/51db4303dea6be27/itag/96/source/youtube/pot/x/file/seg.ts",
            "/videoplayback?id=51db4303dea6be27&source=youtube",
            "/initplayback?source=youtube&oeis=1&c=WEB&id=51DB4303DEA6BE27&ip=::1",
            "/api/manifest/hls_playlist/expire/1/id/51db4303dea6be27/itag/95",
        ] {
            assert_eq!(video(rest).as_deref(), Some("UdtDA96mvic"), "{rest}");
        }
    }

    #[test]
    fn other_ids_name_no_video() {
        for id in [
            "o-AG20l09BXJjSoK",
            "48213",
            "x.1",
            "jfKfPfyJRdk",
            "jfKfPfyJRdk.",
            "jfKfPfyJRdk.x",
            "jfKfPfyJRdk.1.2",
            "jfKfPfyJRdk.1234567890",
            "+1db4303dea6be27",
            "51db4303dea6be2",
            "51db4303dea6be270",
            "",
        ] {
            assert_eq!(video(&format!("/videoplayback?id={id}")), None, "{id}");
            assert_eq!(video(&format!("/videoplayback/id/{id}/itag/18")), None, "{id}");
        }
        assert_eq!(video("/videoplayback"), None);
    }

    #[test]
    fn an_advertisements_media_name_no_video() {
        for source in ["doubleclick", "doubleclick_dmm", "webdrive", ""] {
            assert_eq!(
                video(&format!("/videoplayback?id=64e449638b25472d&source={source}")),
                None,
                "{source}"
            );
            assert_eq!(video(&format!("/videoplayback/id/64e449638b25472d/source/{source}/itag/15")), None);
        }
    }

    proptest! {
        #[test]
        fn every_video_id_comes_back_from_its_hexadecimal(bytes in any::<u64>()) {
            let id = from_hexadecimal(&format!("{bytes:016x}")).unwrap();
            prop_assert_eq!(URL_SAFE_NO_PAD.decode(id.as_str()).unwrap(), bytes.to_be_bytes());
        }

        #[test]
        fn hostile_addresses_never_panic(rest in "(/api/manifest|/videoplayback|/)?[a-z./?&=\u{e9}]{0,40}") {
            if let Some(address) = Address::of_link(&format!("a.example{rest}")) {
                let media = MediaAddress::new(address);
                let _ = (media.video_id(), media.field("pot"), media.start());
            }
        }
    }
}
