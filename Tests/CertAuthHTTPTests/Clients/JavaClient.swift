// SPDX-License-Identifier: Apache-2.0

/// A client with Java's JSSE. Each line of its input holds cell, certificate, key, version, connections, path.
enum JavaClient {
    static let source = #"""
        import java.io.*;
        import java.net.Socket;
        import java.nio.charset.StandardCharsets;
        import java.nio.file.*;
        import java.security.*;
        import java.security.cert.*;
        import java.security.spec.PKCS8EncodedKeySpec;
        import java.util.*;
        import javax.net.ssl.*;

        public class Client {
            /// Presents its certificate whatever authorities the server names.
            static final class Identity extends X509ExtendedKeyManager {
                private final X509Certificate[] chain;
                private final PrivateKey key;

                Identity(X509Certificate[] chain, PrivateKey key) {
                    this.chain = chain;
                    this.key = key;
                }

                public String[] getClientAliases(String type, Principal[] issuers) { return new String[] {"client"}; }
                public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) { return "client"; }
                public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
                    return "client";
                }
                public String[] getServerAliases(String type, Principal[] issuers) { return null; }
                public String chooseServerAlias(String type, Principal[] issuers, Socket socket) { return null; }
                public X509Certificate[] getCertificateChain(String alias) { return chain; }
                public PrivateKey getPrivateKey(String alias) { return key; }
            }

            static List<X509Certificate> certificates(String path) throws Exception {
                List<X509Certificate> found = new ArrayList<>();
                try (InputStream file = Files.newInputStream(Path.of(path))) {
                    for (var each : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                        found.add((X509Certificate) each);
                    }
                }
                return found;
            }

            static PrivateKey key(String path) throws Exception {
                String text = Files.readString(Path.of(path)).replaceAll("-----[A-Z ]*-----", "").replaceAll("\\s", "");
                byte[] der = Base64.getDecoder().decode(text);
                return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
            }

            static String ask(SSLContext context, int port, String version, String path) {
                try (Socket raw = new Socket("127.0.0.1", port);
                    SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(raw, "localhost", port, true)) {
                    tls.setSoTimeout(60000);
                    SSLParameters parameters = tls.getSSLParameters();
                    parameters.setProtocols(new String[] {"TLSv" + version});
                    parameters.setEndpointIdentificationAlgorithm("HTTPS");
                    parameters.setApplicationProtocols(new String[] {"http/1.1"});
                    tls.setSSLParameters(parameters);
                    tls.startHandshake();
                    String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
                    tls.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                    tls.getOutputStream().flush();
                    return new String(tls.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                } catch (IOException error) {
                    return "error " + error.getMessage();
                }
            }

            public static void main(String[] arguments) throws Exception {
                int port = Integer.parseInt(arguments[0]);
                KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
                roots.load(null, null);
                roots.setCertificateEntry("root", certificates(arguments[1]).get(0));
                TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(roots);
                BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
                for (String line = input.readLine(); line != null; line = input.readLine()) {
                    String[] fields = line.split(" ");
                    KeyManager[] keys = new KeyManager[0];
                    if (!fields[1].equals("-")) {
                        X509Certificate[] chain = certificates(fields[1]).toArray(new X509Certificate[0]);
                        keys = new KeyManager[] {new Identity(chain, key(fields[2]))};
                    }
                    SSLContext context = SSLContext.getInstance("TLS");
                    context.init(keys, trust.getTrustManagers(), null);
                    for (int index = 0; index < Integer.parseInt(fields[4]); index += 1) {
                        String answer = ask(context, port, fields[3], fields[5]);
                        System.out.println(fields[0] + " " + index + " " + answer.replaceAll("[\r\n]", " "));
                    }
                }
            }
        }
        """#
}
