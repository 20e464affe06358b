// SPDX-License-Identifier: Apache-2.0
// Certificates in headers of each dialect, up to the presented chain, without validation.

import BenchmarkInput
import CReference
import CertAuth
import CertAuthTesting

/// Measures `CertificateForwarding.decide` beside libcrypto's reading of one PEM certificate.
struct HeaderBenchmarks {
    let measurement: Measurement

    func run(into report: inout Report) throws {
        let hierarchy = try Hierarchy(.p256, leafCount: 16)
        let chain = hierarchy.chain(0)
        let pem = WrittenCertificate.pem([chain[0]])
        let proxies = try TrustedProxies([.network(try NetworkRange("10.0.0.0/8"))])
        guard let proxy = IPAddress("10.1.2.3") else { return }
        var contenders = [
            Contender("libcrypto, PEM") { _ in certauth_pem_read(pem, pem.utf8.count) == chain[0].count }
        ]
        for dialect in ForwardingDialect.builtIn {
            guard let fields = WrittenCertificate.fields(dialect, chain) else { continue }
            let forwarding = try CertificateForwarding(dialect, from: proxies)
            let request = ForwardingRequest(
                fields: [HeaderField("X-Forwarded-Proto", "https"), HeaderField("Accept", "*/*")] + fields,
                peer: .address(proxy)
            )
            contenders.append(
                Contender(dialect.name) { _ in
                    if case .forwarded(.some, _) = forwarding.decide(request) { true } else { false }
                }
            )
        }
        let costs = measurement.measure(contenders)
        report.add("header", contenders: contenders, costs: costs, references: ["libcrypto, PEM"])
    }
}
