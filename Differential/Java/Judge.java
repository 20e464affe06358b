// SPDX-License-Identifier: Apache-2.0

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CRLException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers the cases of the differential factory by the PKIX provider of the JDK. */
public final class Judge {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final Base64.Decoder BASE64 = Base64.getDecoder();
    private final CertificateFactory factory = CertificateFactory.getInstance("X.509");
    private final String line;

    private Judge(String line) throws CertificateException {
        this.line = line;
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 20);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Judge judge = new Judge(line);
            String error = judge.refusal();
            String result = error == null ? "accept" : "reject";
            String text = error == null ? "null" : '"' + error.replaceAll("[^ -~]|[\"\\\\]", "?") + '"';
            out.println("{\"id\":\"" + judge.text("id") + "\",\"result\":\"" + result + "\",\"error\":" + text + "}");
        }
    }

    /** Null if the leaf is accepted. */
    private String refusal() {
        try {
            build();
            return null;
        } catch (Exception error) {
            Throwable cause = error.getCause() == null ? error : error.getCause();
            return cause.getClass().getSimpleName() + ": " + cause.getMessage();
        }
    }

    private void build() throws Exception {
        X509Certificate leaf = certificate(BASE64.decode(text("peer_certificate")));
        Set<TrustAnchor> anchors = new HashSet<>();
        for (X509Certificate anchor : certificates("trusted_certs")) {
            anchors.add(new TrustAnchor(anchor, null));
        }
        List<Object> known = new ArrayList<>(certificates("untrusted_intermediates"));
        known.add(leaf);
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(leaf);
        target.setExtendedKeyUsage(Set.of(CLIENT_AUTH));
        target.setKeyUsage(new boolean[] {true});
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
        parameters.setDate(Date.from(Instant.parse(text("validation_time"))));
        String depth = value("max_chain_depth");
        parameters.setMaxPathLength(depth == null || depth.equals("null") ? 10 : Integer.parseInt(depth));
        policies(parameters);
        CertPathBuilder builder = CertPathBuilder.getInstance("PKIX");
        known.addAll(lists());
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(known)));
        revocation(builder, parameters, leaf);
        builder.build(parameters);
    }

    private void policies(PKIXBuilderParameters parameters) {
        List<String> acceptable = texts("initial_policy_set");
        if (!acceptable.isEmpty() && !acceptable.contains("2.5.29.32.0")) {
            parameters.setInitialPolicies(new HashSet<>(acceptable));
        }
        parameters.setExplicitPolicyRequired("true".equals(value("initial_explicit_policy")));
        parameters.setPolicyMappingInhibited("true".equals(value("initial_policy_mapping_inhibit")));
        parameters.setAnyPolicyInhibited("true".equals(value("initial_inhibit_any_policy")));
        parameters.setPolicyQualifiersRejected(false);
    }

    private void revocation(CertPathBuilder builder, PKIXBuilderParameters parameters, X509Certificate leaf) {
        String wanted = text("revocation");
        parameters.setRevocationEnabled(!wanted.equals("none"));
        if (wanted.equals("none")) {
            return;
        }
        PKIXRevocationChecker checker = (PKIXRevocationChecker) builder.getRevocationChecker();
        Set<PKIXRevocationChecker.Option> options = EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK);
        if (wanted.startsWith("crl")) {
            options.add(PKIXRevocationChecker.Option.PREFER_CRLS);
        }
        if (wanted.endsWith("leaf")) {
            options.add(PKIXRevocationChecker.Option.ONLY_END_ENTITY);
        }
        checker.setOptions(options);
        // The checker takes one response for a certificate; the first is that about the leaf.
        Map<X509Certificate, byte[]> responses = new HashMap<>();
        List<String> given = texts("ocsp");
        if (!given.isEmpty()) {
            responses.put(leaf, BASE64.decode(given.get(0)));
        }
        checker.setOcspResponses(responses);
        parameters.addCertPathChecker(checker);
    }

    private List<Object> lists() {
        List<Object> found = new ArrayList<>();
        for (String text : texts("crls")) {
            try {
                found.add(factory.generateCRL(new ByteArrayInputStream(BASE64.decode(text))));
            } catch (CRLException unreadable) {
                continue;
            }
        }
        return found;
    }

    private List<X509Certificate> certificates(String field) {
        List<X509Certificate> found = new ArrayList<>();
        for (String text : texts(field)) {
            try {
                found.add(certificate(BASE64.decode(text)));
            } catch (CertificateException unreadable) {
                continue;
            }
        }
        return found;
    }

    private X509Certificate certificate(byte[] content) throws CertificateException {
        ByteArrayInputStream stream = new ByteArrayInputStream(content);
        X509Certificate made = (X509Certificate) factory.generateCertificate(stream);
        if (stream.available() > 0) {
            throw new CertificateException("bytes behind the certificate");
        }
        return made;
    }

    /** The JSON value of a field: the cases are flat, and their texts have no escapes. */
    private String value(String field) {
        Matcher found = Pattern.compile("\"" + field + "\": ?(\\[[^\\]]*\\]|\"[^\"]*\"|[a-z0-9]+)").matcher(line);
        return found.find() ? found.group(1) : null;
    }

    private String text(String field) {
        String found = value(field);
        return found.substring(1, found.length() - 1);
    }

    private List<String> texts(String field) {
        List<String> found = new ArrayList<>();
        String list = value(field);
        if (list != null) {
            Matcher each = Pattern.compile("\"([^\"]*)\"").matcher(list);
            while (each.find()) {
                found.add(each.group(1));
            }
        }
        return found;
    }
}
