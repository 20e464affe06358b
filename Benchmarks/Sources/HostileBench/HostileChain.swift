// SPDX-License-Identifier: Apache-2.0
// What strangers present: chains that are to cost a server time or memory.

import CertAuthTesting

/// A chain with a name.
struct HostileChain {
    let name: String
    /// The entries of the Certificate message; some are not certificates.
    let entries: [[UInt8]]
    /// The client whose key is used; nil if the client also presents its own certificate.
    let client: TestIdentity?

    init(_ name: String, _ entries: [[UInt8]]) {
        self.name = name
        self.entries = entries
        client = nil
    }

    /// A client with issuers that are to be searched for a path.
    init(_ name: String, _ client: TestIdentity, _ issuers: [[UInt8]]) {
        self.name = name
        self.client = client
        entries = [client.certificateDER] + issuers
    }

    /// The same certificate but for its serial number, so often.
    init(_ name: String, times count: Int, _ certificate: RawCertificate) {
        self.init(
            name,
            (0..<count).map { index in
                var one = certificate
                one.serial = [UInt8(index % 100 + 1)] + certificate.serial
                return one.der
            }
        )
    }

    static func all(_ world: World) throws -> [HostileChain] {
        try keys() + values() + structures() + meshes() + meshes(in: world)
    }

    private static func keys() -> [HostileChain] {
        let costly = RawCertificate(key: Keys.costly(bits: 661))
        let small = RawCertificate(key: Keys.costly(bits: 521))
        let long = [UInt8](repeating: 0xFF, count: 8)
        let wide = [UInt8](repeating: 0x5A, count: 384)
        let large = [UInt8](repeating: 0x5A, count: 12_000)
        let dsa = DER.sequence(
            [1250, 28, 1250].map { DER.integer(contents: [0x7F] + [UInt8](repeating: 0xA5, count: $0)) }
        )
        return [
            HostileChain("explicit curve", times: 1, costly), HostileChain("explicit curve x10", times: 10, costly),
            HostileChain("explicit curve x145", times: 145, costly),
            HostileChain("explicit curve, 521 bits x10", times: 10, small),
            HostileChain("P-521 compressed x10", times: 10, RawCertificate(key: Keys.curve("1.3.132.0.35", Keys.p521))),
            HostileChain(
                "P-521 compressed x10, each another",
                (0..<10).map { index in
                    var point = Keys.p521
                    point[point.count - 1] ^= UInt8(index)
                    return RawCertificate(key: Keys.curve("1.3.132.0.35", point)).der
                }
            ),
            HostileChain(
                "sect571r1 compressed x10",
                times: 10,
                RawCertificate(key: Keys.curve("1.3.132.0.39", Keys.sect571r1))
            ),
            HostileChain(
                "RSA 3072, exponent 3072",
                times: 10,
                RawCertificate(key: Keys.rsa(bits: 3072, exponent: wide))
            ),
            HostileChain(
                "RSA 8192, exponent 64 x10",
                times: 10,
                RawCertificate(key: Keys.rsa(bits: 8192, exponent: [0] + long))
            ),
            HostileChain("RSA 16384", times: 10, RawCertificate(key: Keys.rsa(bits: 16_384, exponent: [1, 0, 1]))),
            HostileChain("RSA 96000", times: 1, RawCertificate(key: Keys.rsa(bits: 96_000, exponent: [1, 0, 1]))),
            HostileChain("RSA exponent 1", times: 10, RawCertificate(key: Keys.rsa(bits: 2048, exponent: [1]))),
            HostileChain(
                "RSA even modulus",
                times: 10,
                RawCertificate(key: Keys.rsa(bits: 2048, exponent: [3], isOdd: false))
            ),
            HostileChain(
                "DSA 10000",
                times: 10,
                RawCertificate(key: Keys.info("1.2.840.10040.4.1", dsa, DER.integer(contents: [0x7F] + wide)))
            ),
            HostileChain(
                "DH of 12 KiB",
                times: 4,
                RawCertificate(
                    key: Keys.info(
                        "1.2.840.113549.1.3.1",
                        DER.sequence([DER.integer(contents: large), DER.integer(2)]),
                        DER.integer(2)
                    )
                )
            ),
            HostileChain(
                "Ed448 x10",
                times: 10,
                RawCertificate(key: Keys.info("1.3.101.113", nil, Array(wide.prefix(57))))
            ),
            HostileChain("unknown algorithms x10", times: 10, RawCertificate()),
        ]
    }

    private static func values() -> [HostileChain] {
        func wide(_ identifier: String, _ element: @escaping (Int) -> [UInt8]) -> RawCertificate {
            let value = DER.sequence(RawCertificate.fill(15_800, element))
            return RawCertificate(extensions: [RawCertificate.extension(identifier, value)])
        }
        let attribute = RawCertificate.attribute("")
        let names = DER.sequence(RawCertificate.fill(7_800) { _ in DER.set([attribute]) })
        let set = DER.sequence([DER.set(RawCertificate.fill(7_800) { _ in attribute })])
        let extensions = RawCertificate.fill(15_800) { index in
            RawCertificate.extension("1.2.\(index)", [])
        }
        let directory = DER.constructed(4, [names])
        return [
            HostileChain("many attributes", times: 4, RawCertificate(subject: names, issuer: names)),
            HostileChain("many attributes in one set", times: 4, RawCertificate(subject: set, issuer: set)),
            HostileChain("many extensions", times: 4, RawCertificate(extensions: extensions)),
            HostileChain(
                "extensions twice",
                times: 4,
                RawCertificate(extensions: RawCertificate.fill(15_800) { _ in RawCertificate.extension("1.2.3", []) })
            ),
            HostileChain("many names", times: 4, wide("2.5.29.17") { _ in DER.context(2, [0x61]) }),
            HostileChain("many addresses", times: 4, wide("2.5.29.17") { _ in DER.context(7, [1, 2, 3, 4]) }),
            HostileChain(
                "a name in a name",
                times: 4,
                RawCertificate(extensions: [RawCertificate.extension("2.5.29.17", DER.sequence([directory]))])
            ),
            HostileChain(
                "many policies",
                times: 4,
                wide("2.5.29.32") { DER.sequence([DER.objectIdentifier(dotted: "1.2.\($0)")]) }
            ),
            HostileChain(
                "many mappings",
                times: 4,
                wide("2.5.29.33") {
                    DER.sequence([DER.objectIdentifier(dotted: "1.2.\($0)"), DER.objectIdentifier(dotted: "1.2.3")])
                }
            ),
            HostileChain("many purposes", times: 4, wide("2.5.29.37") { DER.objectIdentifier(dotted: "1.2.\($0)") }),
            HostileChain(
                "many points",
                times: 4,
                wide("2.5.29.31") { _ in
                    DER.sequence([DER.constructed(0, [DER.constructed(0, [DER.context(6, [0x61])])])])
                }
            ),
            HostileChain(
                "many services",
                times: 4,
                wide("1.3.6.1.5.5.7.1.1") { _ in
                    DER.sequence([DER.objectIdentifier(dotted: "1.3.6.1.5.5.7.48.1"), DER.context(6, [0x61])])
                }
            ),
            HostileChain(
                "many constraints",
                times: 4,
                RawCertificate(
                    extensions: [
                        RawCertificate.extension(
                            "2.5.29.30",
                            DER.sequence([
                                DER.constructed(
                                    0,
                                    RawCertificate.fill(15_700) { _ in DER.sequence([DER.context(2, [0x61])]) }
                                )
                            ])
                        )
                    ]
                )
            ),
        ]
    }

    private static func structures() -> [HostileChain] {
        var deep: [UInt8] = []
        while deep.count < 15_000 { deep = DER.sequence([deep]) }
        let costly = RawCertificate(key: Keys.costly(bits: 661)).der
        var indefinite = costly
        // The outer SEQUENCE has indefinite length, as BER permits.
        indefinite.replaceSubrange(1..<4, with: [0x80])
        indefinite += [0, 0]
        let least = DER.sequence([
            DER.sequence([
                DER.integer(1), DER.sequence([DER.value(6, [0x2A])]), DER.sequence([]),
                DER.sequence([
                    DER.value(0x17, Array("250101000000Z".utf8)), DER.value(0x17, Array("450101000000Z".utf8)),
                ]), DER.sequence([]), DER.sequence([DER.sequence([DER.value(6, [0x2A])]), DER.bitString([])]),
            ]), DER.sequence([DER.value(6, [0x2A])]), DER.bitString([]),
        ])
        return [
            HostileChain(
                "deep DER in an extension",
                times: 4,
                RawCertificate(extensions: [RawCertificate.extension("1.2.3", deep)])
            ),
            HostileChain(
                "deep DER in a known extension",
                times: 4,
                RawCertificate(extensions: [RawCertificate.extension("2.5.29.17", deep)])
            ),
            HostileChain("deep DER in parameters", times: 4, RawCertificate(key: Keys.info("1.2.3.4", deep, [9]))),
            HostileChain("deep DER in a name", times: 4, RawCertificate(subject: DER.sequence([deep]))),
            HostileChain("huge serial", times: 4, RawCertificate(serial: [UInt8](repeating: 0x55, count: 15_000))),
            HostileChain(
                "huge signature",
                times: 4,
                RawCertificate(signature: [UInt8](repeating: 0x55, count: 15_000))
            ),
            HostileChain(
                "long text",
                times: 4,
                RawCertificate(subject: RawCertificate.name(String(repeating: "é", count: 7_700)))
            ),
            HostileChain(
                "huge identifier",
                times: 4,
                RawCertificate(
                    key: DER.sequence([
                        DER.sequence([DER.value(6, [UInt8](repeating: 0x81, count: 15_000) + [1])]), DER.bitString([9]),
                    ])
                )
            ),
            HostileChain(
                "identifiers of 128 bytes",
                times: 4,
                RawCertificate(
                    extensions: RawCertificate.fill(15_000) { index in
                        let arcs = [0x2A, UInt8(index % 100)] + [UInt8](repeating: 0xFF, count: 125) + [1]
                        return DER.sequence([DER.value(6, arcs), DER.octetString([])])
                    }
                )
            ),
            HostileChain("the least certificate x800", Array(repeating: least, count: 800)),
            HostileChain("11 certificates", times: 11, RawCertificate()),
            HostileChain(
                "certificate of 17 KiB",
                [RawCertificate(signature: [UInt8](repeating: 1, count: 17_000)).der]
            ),
            HostileChain(
                "60 KiB of attributes",
                [
                    RawCertificate(
                        subject: DER.sequence(
                            RawCertificate.fill(60_000) { _ in DER.set([RawCertificate.attribute("")]) }
                        )
                    ).der
                ]
            ),
            HostileChain(
                "70 KiB",
                Array(repeating: RawCertificate(signature: [UInt8](repeating: 1, count: 6_800)).der, count: 10)
            ),
            HostileChain("an empty entry behind explicit curves", Array(repeating: costly, count: 100) + [[]]),
            HostileChain("explicit curve in BER x10", Array(repeating: indefinite, count: 10)),
            HostileChain("explicit curve, cut off x10", Array(repeating: Array(costly.dropLast(30)), count: 10)),
            HostileChain("zeros", [[UInt8](repeating: 0, count: 15_000)]),
            HostileChain(
                "the same certificate x10",
                Array(repeating: RawCertificate(key: Keys.curve("1.3.132.0.35", Keys.p521)).der, count: 10)
            ),
        ]
    }
}
