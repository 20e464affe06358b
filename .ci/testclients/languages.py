"""Short programs in other languages, with the libraries that most programs in them use."""

from testclients.world import ALERT, GOOD, LATE, NONE, PASSWORD, REVOKED, Client, first_version, run


class Python(Client):
    name, program = "Python ssl", "python3"
    alert = "SSLV3_ALERT_CERTIFICATE_REVOKED"
    source = """
import ssl, sys, urllib.request, urllib.error
url, anchor, *own = sys.argv[1:]
context = ssl.create_default_context(cafile=anchor)
context.post_handshake_auth = True
if own: context.load_cert_chain(*own)
try: print(urllib.request.urlopen(url, context=context, timeout=20).read().decode())
except urllib.error.HTTPError as error: print(error.read().decode())
except OSError as error: print(error)
"""

    def ask(self, case):
        own = self.world.files(case) or []
        return run("python3", "-c", self.source, self.world.url(case), self.world.anchor, *own)


class Node(Client):
    name, program = "Node.js https", "node"
    alert = "sslv3 alert certificate revoked"
    # It answers no late request on TLS 1.3.
    cases = [GOOD, NONE, REVOKED, ALERT]
    source = """
const fs = require('fs'), https = require('https');
const [url, ca, cert, key] = process.argv.slice(1);
const read = (path) => path && fs.readFileSync(path);
https.get(url, { ca: read(ca), cert: read(cert), key: read(key) }, (answer) => {
  answer.on('data', (data) => process.stdout.write(data));
}).on('error', (error) => console.log(error.message));
"""

    def ask(self, case):
        own = self.world.files(case) or []
        return run("node", "-e", self.source, self.world.url(case), self.world.anchor, *own)


class Go(Client):
    name, program = "Go net/http", "go"
    alert = "tls: revoked certificate"
    cases = [GOOD, NONE, REVOKED, ALERT]
    source = """package main
import ("crypto/tls"; "crypto/x509"; "fmt"; "io"; "net/http"; "os")
func main() {
  pem, _ := os.ReadFile(os.Args[2])
  pool := x509.NewCertPool()
  pool.AppendCertsFromPEM(pem)
  config := &tls.Config{RootCAs: pool}
  if len(os.Args) > 3 {
    own, err := tls.LoadX509KeyPair(os.Args[3], os.Args[4])
    if err != nil { fmt.Println(err); return }
    config.Certificates = []tls.Certificate{own}
  }
  client := http.Client{Transport: &http.Transport{TLSClientConfig: config}}
  answer, err := client.Get(os.Args[1])
  if err != nil { fmt.Println(err); return }
  io.Copy(os.Stdout, answer.Body)
}
"""

    def version(self):
        return first_version("go", "version")

    def ask(self, case):
        file = self.world.write("client.go", self.source)
        environment = {"GO111MODULE": "off", "GOCACHE": self.world.path("go-cache")}
        arguments = [self.world.url(case), self.world.anchor, *(self.world.files(case) or [])]
        return run("go", "run", file, *arguments, environment=environment, seconds=180)


class Java(Client):
    """JSSE, with a keystore of the client's own certificate. It is sent only if the server names its issuer."""

    name, program = "Java HttpsURLConnection", "java"
    protocol = "TLSv1.3"
    cases = [GOOD, NONE, REVOKED, ALERT]
    alert = "certificate_revoked"
    source = """
import java.io.*; import java.net.*; import java.nio.file.*; import java.security.*; import java.security.cert.*;
import javax.net.ssl.*;
public class Client {
  public static void main(String[] words) throws Exception {
    var roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    try (var file = Files.newInputStream(Path.of(words[2]))) {
      roots.setCertificateEntry("root", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(roots);
    KeyManager[] keys = null;
    if (words.length > 3) {
      var store = KeyStore.getInstance("PKCS12");
      try (var file = Files.newInputStream(Path.of(words[3]))) { store.load(file, words[4].toCharArray()); }
      var manager = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      manager.init(store, words[4].toCharArray());
      keys = manager.getKeyManagers();
    }
    System.setProperty("https.protocols", words[1]);
    var context = SSLContext.getInstance("TLS");
    context.init(keys, trust.getTrustManagers(), null);
    var connection = (HttpsURLConnection) new URL(words[0]).openConnection();
    connection.setSSLSocketFactory(context.getSocketFactory());
    connection.setReadTimeout(20000);
    try {
      var refused = connection.getResponseCode() >= 400;
      var answer = refused ? connection.getErrorStream() : connection.getInputStream();
      System.out.println(new String(answer.readAllBytes()));
    } catch (IOException error) { System.out.println(error); }
  }
}
"""

    def version(self):
        return first_version("java", "--version")

    def ask(self, case):
        file = self.world.leaf(case)
        own = [file, PASSWORD] if file else []
        source = self.world.write("Client.java", self.source)
        return run("java", source, self.world.url(case), self.protocol, self.world.anchor, *own)


class JavaTLS12(Java):
    name = "Java HttpsURLConnection, TLS 1.2"
    protocol = "TLSv1.2"
    cases = [GOOD, NONE, REVOKED, LATE, ALERT]


class PHP(Client):
    name, program = "PHP curl", "php"
    alert = "sslv3 alert certificate revoked"
    source = """
[, $url, $anchor] = $argv;
$call = curl_init($url);
curl_setopt_array($call, [CURLOPT_CAINFO => $anchor, CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 20]);
if ($argc > 3) curl_setopt_array($call, [CURLOPT_SSLCERT => $argv[3], CURLOPT_SSLKEY => $argv[4]]);
$answer = curl_exec($call);
echo $answer === false ? curl_error($call) : $answer;
"""

    @property
    def missing(self):
        return super().missing or (None if "curl" in run("php", "-m") else "php-curl is not installed")

    def ask(self, case):
        own = self.world.files(case) or []
        return run("php", "-r", self.source, "--", self.world.url(case), self.world.anchor, *own)


class Ruby(Client):
    name, program = "Ruby net/http", "ruby"
    # It offers no post-handshake authentication.
    cases = [GOOD, NONE, REVOKED, ALERT]
    alert = "sslv3 alert certificate revoked"
    source = """
require 'net/http'
require 'openssl'
url, anchor, chain, key = ARGV
address = URI(url)
call = Net::HTTP.new(address.host, address.port)
call.use_ssl = true
call.ca_file = anchor
if chain
  own, *above = OpenSSL::X509::Certificate.load_file(chain)
  call.cert = own
  call.extra_chain_cert = above
  call.key = OpenSSL::PKey.read(File.read(key))
end
begin
  puts call.get(address.path).body
rescue StandardError => error
  puts error.message
end
"""

    def ask(self, case):
        own = self.world.files(case) or []
        return run("ruby", "-e", self.source, self.world.url(case), self.world.anchor, *own)


class Perl(Client):
    name, program = "Perl IO::Socket::SSL", "perl"
    cases = [GOOD, NONE, REVOKED, ALERT]
    alert = "sslv3 alert certificate revoked"
    source = r"""
use strict; use IO::Socket::SSL;
my ($port, $target, $anchor, @own) = @ARGV;
my $call = IO::Socket::SSL->new(
  PeerAddr => "localhost:$port", SSL_hostname => "localhost", SSL_ca_file => $anchor, Timeout => 20,
  @own ? (SSL_cert_file => $own[0], SSL_key_file => $own[1]) : ()) or do { print $SSL_ERROR; exit };
print $call "GET $target HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
my ($answer, $part) = ("", "");
$answer .= $part while $call->sysread($part, 65536);
# The alert of TLS 1.3 arrives after the handshake, and is in OpenSSL's queue only.
print length $answer ? $answer : Net::SSLeay::ERR_error_string(Net::SSLeay::ERR_get_error());
"""

    @property
    def missing(self):
        if absent := super().missing:
            return absent
        found = run("perl", "-MIO::Socket::SSL", "-e", "print 'found'")
        return None if found == "found" else "libio-socket-ssl-perl is not installed"

    def version(self):
        return first_version("perl", "-MIO::Socket::SSL", "-e", "print $IO::Socket::SSL::VERSION")

    def ask(self, case):
        own = self.world.files(case) or []
        arguments = [self.world.port(case), self.world.target(case), self.world.anchor, *own]
        return run("perl", "-e", self.source, *arguments)
