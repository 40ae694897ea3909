//! Secrets of many kinds, as they come in messages. None is one.

use std::collections::HashMap;

/// One secret, in a text such as a check would say.
#[derive(Clone, Copy, Debug)]
pub struct Secret {
    /// What it is.
    pub kind: &'static str,
    /// The text with the secret in it.
    pub text: &'static str,
    /// The secret alone.
    pub needle: &'static str,
}

/// The part of a secret by which it is found, also where its end is cut off.
const PART: usize = 8;

impl Secret {
    /// The text, so long that a message of 1 KiB ends in the middle of the secret.
    ///
    /// # Panics
    /// Never: the needle is in the text.
    pub fn cut(&self) -> String {
        let before = self.text.find(self.needle).expect("the needle is in the text");
        let kept = before + self.needle.len() / 2;
        format!("{} {}", "-".repeat(1024 - 1 - kept), self.text)
    }

    fn parts(&self) -> impl Iterator<Item = &'static str> {
        let last = self.needle.len() - PART;
        (0..last).step_by(PART).chain([last]).map(|start| &self.needle[start..start + PART])
    }
}

/// The secrets of which some part is in the output, each with the place.
pub fn leaks(output: &str) -> Vec<(&'static Secret, usize)> {
    let parts: HashMap<_, _> =
        SECRETS.iter().flat_map(|secret| secret.parts().map(move |part| (part.as_bytes(), secret))).collect();
    let index = |bytes: &[u8]| usize::from(bytes[0]) << 8 | usize::from(bytes[1]);
    let mut begins = vec![false; 1 << 16];
    for part in parts.keys() {
        begins[index(part)] = true;
    }
    let found = output.as_bytes().windows(PART).enumerate().filter(|(_, window)| begins[index(window)]);
    found.filter_map(|(at, window)| parts.get(window).map(|secret| (*secret, at))).collect()
}

/// All kinds.
#[rustfmt::skip]
pub static SECRETS: [Secret; 44] = [
    Secret { kind: "the password of an address", text: "cannot connect to postgres://app:Zq01OF9l5wD68Bda1uzRJXI@10.0.0.7:5432/orders", needle: "Zq01OF9l5wD68Bda1uzRJXI" },
    Secret { kind: "a password without a user", text: "redis://:Zq02jI83PNJnlhuuCmzLgh1@cache:6379/0 timed out", needle: "Zq02jI83PNJnlhuuCmzLgh1" },
    Secret { kind: "a percent-encoded password", text: "amqp://app:Zq03DZiUSO2Gle7meNfio5V%40x%2Fy@mq/%2f is gone", needle: "Zq03DZiUSO2Gle7meNfio5V%40x%2Fy" },
    Secret { kind: "the password of several hosts", text: "mongodb://app:Zq04X22zFqVTHoxPzakhY4g@h1:27017,h2:27017/db?replicaSet=r", needle: "Zq04X22zFqVTHoxPzakhY4g" },
    Secret { kind: "a token in an address", text: "cannot clone https://Zq05Ls5ivyPILfLKKxpUyCW@git.example/orders.git", needle: "Zq05Ls5ivyPILfLKKxpUyCW" },
    Secret { kind: "the password of a DSN without a scheme", text: "app:Zq062nlLpKsuzfxqrIxtSFk@tcp(10.0.0.7:3306)/orders", needle: "Zq062nlLpKsuzfxqrIxtSFk" },
    Secret { kind: "a password in single quotes", text: "host=db user=app password='Zq07bV2uwDjBXTssrbwpR5L and more' dbname=orders", needle: "Zq07bV2uwDjBXTssrbwpR5L and more" },
    Secret { kind: "the password of a connection string", text: "Server=db;User Id=app;Password=Zq08TBM7JHAFg8hI1XubZ3f;Encrypt=true", needle: "Zq08TBM7JHAFg8hI1XubZ3f" },
    Secret { kind: "a password in JSON", text: "{\"user\":\"app\",\"password\":\"Zq09WvuhoxQIvYDzy1tx2rO\"}", needle: "Zq09WvuhoxQIvYDzy1tx2rO" },
    Secret { kind: "a password in JSON in a string", text: "\"{\\\"user\\\":\\\"app\\\",\\\"password\\\":\\\"Zq10UDpz3mkO4sVsxaF2MwK\\\"}\"", needle: "Zq10UDpz3mkO4sVsxaF2MwK" },
    Secret { kind: "a password in Rust's Debug", text: "Config { user: \"app\", password: Some(\"Zq11X4yfnANvMYvCHoWV19F\"), port: 1 }", needle: "Zq11X4yfnANvMYvCHoWV19F" },
    Secret { kind: "a variable of the environment", text: "DB_PASSWORD=Zq12Z4eTNFrPireuFYJi7t7 is wrong", needle: "Zq12Z4eTNFrPireuFYJi7t7" },
    Secret { kind: "a line of YAML", text: "client_secret: Zq13QsZEdMP6mkGgp9FmETo", needle: "Zq13QsZEdMP6mkGgp9FmETo" },
    Secret { kind: "an API key", text: "refused with api_key=Zq14ZFmtKNxa91QTrQWk8iV, try again", needle: "Zq14ZFmtKNxa91QTrQWk8iV" },
    Secret { kind: "the header of an API key", text: "x-api-key: Zq15mUc853gORPPSVpifUyv", needle: "Zq15mUc853gORPPSVpifUyv" },
    Secret { kind: "a token in a query", text: "GET https://api.example/v1?access_token=Zq162XFxOoVRGg9NiSXmoTT&page=2 failed", needle: "Zq162XFxOoVRGg9NiSXmoTT" },
    Secret { kind: "a bearer header", text: "Authorization: Bearer Zq17QKevmmMZRu5VDSmMjcI", needle: "Zq17QKevmmMZRu5VDSmMjcI" },
    Secret { kind: "a basic header", text: "headers: {\"authorization\": \"Basic YXBwOlpxMTg1SkxNQWhKY3hCeUNGenQ5MUdL\"}", needle: "YXBwOlpxMTg1SkxNQWhKY3hCeUNGenQ5MUdL" },
    Secret { kind: "a digest header", text: "Authorization: Digest username=\"app\", response=\"3f9a1c77d02be4568a1f0c9d7e6b5a43\"", needle: "3f9a1c77d02be4568a1f0c9d7e6b5a43" },
    Secret { kind: "a bearer token in a sentence", text: "the server did not like bearer Zq20kJDFWvEVy6L3IGxBSGH", needle: "Zq20kJDFWvEVy6L3IGxBSGH" },
    Secret { kind: "an AWS key id", text: "the key AKIAZQ21VQ9MT7WXY2LP is not known", needle: "AKIAZQ21VQ9MT7WXY2LP" },
    Secret { kind: "an AWS secret key", text: "aws_secret_access_key = Zq22euduwBpvAbpS6g3wzow/K7MDENG+bPxRfi", needle: "Zq22euduwBpvAbpS6g3wzow/K7MDENG+bPxRfi" },
    Secret { kind: "the signature of a presigned address", text: "https://b.s3.example/x?X-Amz-Date=1&X-Amz-Signature=9d1f3c5b7a2e4f6081c3e5a7b9d0f2e4", needle: "9d1f3c5b7a2e4f6081c3e5a7b9d0f2e4" },
    Secret { kind: "the signature of Azure storage", text: "https://a.blob.example/c?sv=2024&sig=Zq24ojbos5QAroasQLaJcbx%2Fab%3D&se=2027", needle: "Zq24ojbos5QAroasQLaJcbx%2Fab%3D" },
    Secret { kind: "the key of Azure storage", text: "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Zq25jLqj61QNw5O696EmegC/abcd+efg==;EndpointSuffix=x", needle: "Zq25jLqj61QNw5O696EmegC/abcd+efg==" },
    Secret { kind: "a private key", text: "-----BEGIN PRIVATE KEY-----\nZq26VO9xULgpzTSQygmcsgbMIIEvQIBADANBgkqhkiG9w0BAQ\n-----END PRIVATE KEY-----", needle: "Zq26VO9xULgpzTSQygmcsgbMIIEvQIBADANBgkqhkiG9w0BAQ" },
    Secret { kind: "a JWT", text: "the token of the caller is eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJaazI3In0.Zq274hFPG9NiHVGf5XNSTZf", needle: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJaazI3In0.Zq274hFPG9NiHVGf5XNSTZf" },
    Secret { kind: "a token of GitHub", text: "bad credentials for ghp_Zq28gP5botYmyzuV6ybDrOD0abcdefghijk", needle: "ghp_Zq28gP5botYmyzuV6ybDrOD0abcdefghijk" },
    Secret { kind: "a token of GitLab", text: "glpat-Zq29sxcgUeChzpnfa0ccBrn has expired", needle: "glpat-Zq29sxcgUeChzpnfa0ccBrn" },
    Secret { kind: "a token of Slack", text: "xoxb-123456789012-Zq30yM7UPLQCx0KaOjrHP2v is not in the channel", needle: "xoxb-123456789012-Zq30yM7UPLQCx0KaOjrHP2v" },
    Secret { kind: "a key of Stripe", text: "no such account for sk_live_Zq31AnwfnXi5IbMq81nUOpN", needle: "sk_live_Zq31AnwfnXi5IbMq81nUOpN" },
    Secret { kind: "a key of Google", text: "the key AIzaZq32fd2GPm3z6oRWQ4Gcksbabcdefghij is over its quota", needle: "AIzaZq32fd2GPm3z6oRWQ4Gcksbabcdefghij" },
    Secret { kind: "a token of npm", text: "npm_Zq33zBFpmhYw0mmix35cevOabcdefghij may not publish", needle: "npm_Zq33zBFpmhYw0mmix35cevOabcdefghij" },
    Secret { kind: "a token of PyPI", text: "pypi-AgEIcHlwaS5vcmcZq34uLMNYZr1qRO1ceoUs0B may not upload", needle: "pypi-AgEIcHlwaS5vcmcZq34uLMNYZr1qRO1ceoUs0B" },
    Secret { kind: "a key of SendGrid", text: "SG.Zq35Bxbk8S5PBWVCVJHZ0za.Zq35Bxbk8S5PBWVCVJHZ0za was revoked", needle: "SG.Zq35Bxbk8S5PBWVCVJHZ0za.Zq35Bxbk8S5PBWVCVJHZ0za" },
    Secret { kind: "a key of OpenAI", text: "Incorrect API key provided: sk-proj-Zq36fyI65ITwVLV8XF8TJ5D", needle: "sk-proj-Zq36fyI65ITwVLV8XF8TJ5D" },
    Secret { kind: "a cookie that is set", text: "Set-Cookie: id=Zq372mGho11yX7kle1mdAio; Path=/; HttpOnly", needle: "Zq372mGho11yX7kle1mdAio" },
    Secret { kind: "a cookie that is sent", text: "Cookie: theme=dark; id=Zq38BXAVQ07B3vVSvuiJpW8", needle: "Zq38BXAVQ07B3vVSvuiJpW8" },
    Secret { kind: "a secret of Azure", text: "the application refused abc8Q~Zq39RzsV4CmuLjnf4Sp4wVcabcdefgh", needle: "abc8Q~Zq39RzsV4CmuLjnf4Sp4wVcabcdefgh" },
    Secret { kind: "the address of a Slack hook", text: "POST https://hooks.slack.com/services/T0000/B0000/Zq40XfY8cDl2CZ9nuP6W8W1 said 404", needle: "T0000/B0000/Zq40XfY8cDl2CZ9nuP6W8W1" },
    Secret { kind: "a token of Telegram", text: "https://api.telegram.org/bot123456789:AAZq411PGTuNS7rcIr5IuYXmlabcde/getMe", needle: "123456789:AAZq411PGTuNS7rcIr5IuYXmlabcde" },
    Secret { kind: "a hash of a password", text: "no match for $2b$12$Zq42qB3SzSeyLAe0WMTz6rRabcdefghijklmnop", needle: "$2b$12$Zq42qB3SzSeyLAe0WMTz6rRabcdefghijklmnop" },
    Secret { kind: "a command line", text: "mysql --user app --password Zq43fk9m8JrfIf1Rin8jNtU exited with 1", needle: "Zq43fk9m8JrfIf1Rin8jNtU" },
    Secret { kind: "a statement of SQL", text: "CREATE USER app IDENTIFIED BY 'Zq44KTB8KBkEp22k9l8wJ8E'", needle: "Zq44KTB8KBkEp22k9l8wJ8E" },
];
