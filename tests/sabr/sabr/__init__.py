"""Media by SABR for yt-dlp: enough of the protocol to load a format, and to have its token renewed.

It behaves towards the providers of PO tokens as yt-dlp's branch for SABR does (yt-dlp/yt-dlp#13515): it asks them with
`bypass_cache`, once for each response while the stream is pending, and up to five times when it is refused.
"""
