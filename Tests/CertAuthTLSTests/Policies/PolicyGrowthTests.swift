// SPDX-License-Identifier: Apache-2.0
// OpenSSL contexts and look-ups do not grow with the number of server names.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting
import Logging
import Synchronization
import XCTest

@testable import CertAuthTLS

final class PolicyGrowthTests: XCTestCase {
    private var server: Server!
    private var key: TestKey!

    override func setUpWithError() throws {
        server = try Server()
        key = try TestKey.generate()
    }

    private func authenticator(_ trust: TrustPolicy) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(trust: trust)
        options.revocationMode = .noCheck
        return try CertificateAuthenticator(options: options)
    }

    private func anchor(_ name: String) throws -> Certificate { try TestAuthority(name, key: key).certificate }

    private func configuration(
        _ authenticator: CertificateAuthenticator,
        _ names: [ServerNamePolicy],
        _ unnamed: UnnamedClients
    ) -> TLSServerConfiguration {
        var configuration = TLSServerConfiguration(identity: server.identity, authenticator: authenticator)
        configuration.namedPolicies = names
        configuration.unnamedClients = unnamed
        configuration.logger.logLevel = .critical
        return configuration
    }

    private func name(_ index: Int) -> String { "n\(1_000 + index).test" }

    private static let answers = [UnnamedClients.refused, .insecurelyServedByLooserDefault]

    func test_names_with_their_own_certificates_and_trust_share_one_OpenSSL_context() throws {
        let own = try authenticator(.custom(TrustStore(certificates: [anchor("Root")])))
        let names = try (0..<60).map { index in
            let issued = try server.authority.issue(name(index), .server(dnsNames: [name(index)]), key: key)
            let trust = TrustPolicy.custom(try TrustStore(certificates: [try anchor("Root \(index)")]))
            var policy = ServerNamePolicy(name(index), authenticator: try authenticator(trust))
            policy.identity = try ServerIdentity(certificatePEM: issued.chainPEM(), keyPEM: issued.privateKeyPEM())
            return policy
        }
        for unnamed in Self.answers {
            for count in [6, 60] {
                let table = try PolicyTable(
                    configuration: configuration(own, Array(names.prefix(count)), unnamed),
                    hasRequestGate: false
                )
                XCTAssertEqual(table.createdContexts, 1, "\(count) names, \(unnamed)")
                let policies = try names.prefix(count).map { try XCTUnwrap(table.policy(forServerName: $0.name)) }
                XCTAssertEqual(Set(policies.map { ObjectIdentifier($0.openSSL) }).count, count)
            }
        }
    }

    func test_names_with_equal_settings_share_their_settings_but_no_session_ID_context() throws {
        let own = try authenticator(.custom(TrustStore(certificates: [anchor("Root")])))
        for unnamed in Self.answers {
            for count in [10, 100] {
                let table = try PolicyTable(
                    configuration: configuration(own, (0..<count).map { ServerNamePolicy(name($0)) }, unnamed),
                    hasRequestGate: false
                )
                XCTAssertEqual(table.createdContexts, 1, "\(count) names, \(unnamed)")
                let policies = try (0..<count).map { try XCTUnwrap(table.policy(forServerName: name($0))) }
                XCTAssertEqual(Set(policies.map { ObjectIdentifier($0.openSSL) }).count, 1)
                XCTAssertEqual(Set(policies.map(\.selection.sessionIDContext)).count, count)
            }
        }
    }

    func test_names_with_another_setting_do_not_share_theirs() throws {
        let own = try authenticator(.custom(TrustStore(certificates: [anchor("Root")])))
        let twin = try authenticator(.custom(TrustStore(certificates: [anchor("Root")])))
        var changed = (0..<6).map { ServerNamePolicy(name($0)) }
        changed[1].mode = .allow
        changed[2].minimumVersion = .tls13
        changed[3].applicationProtocols = [.http1]
        changed[4].authorityHints = ClientAuthorityHints.none
        changed[5].authenticator = twin
        let table = try PolicyTable(
            configuration: configuration(own, changed, .insecurelyServedByLooserDefault),
            hasRequestGate: false
        )
        let contexts = try changed.map { ObjectIdentifier(try XCTUnwrap(table.policy(forServerName: $0.name)).openSSL) }
        XCTAssertEqual(Set(contexts).count, changed.count)
    }

    func test_a_reload_of_trust_creates_contexts_by_the_number_of_sources() throws {
        // Their names are too long to be copied for each connection.
        let common = try (0..<60).map { try anchor("Root with a long name \($0)") }
        let created = try [10, 100].map { count in
            let turn = Atomic(0)
            let source = try TrustSource { () throws(TrustStoreError) in
                let number = turn.add(1, ordering: .relaxed).newValue
                return try TrustStore(certificates: Array(common.dropFirst(number)))
            }
            let own = try authenticator(.reloadable(source))
            let table = try PolicyTable(
                configuration: configuration(own, (0..<count).map { ServerNamePolicy(name($0)) }, .refused),
                hasRequestGate: false
            )
            XCTAssertEqual(table.createdContexts, 2, "one for connections without a name yet")
            let former = try XCTUnwrap(table.policy(forServerName: name(0))).selection
            source.reload()
            XCTAssertEqual(table.createdContexts, 3, "the reload makes it, not the next connection")
            let selections = try (0..<count).map { try XCTUnwrap(table.policy(forServerName: name($0))).selection }
            XCTAssertEqual(Set(selections.map { ObjectIdentifier($0.context) }).count, 1)
            XCTAssertFalse(selections[0].context === former.context)
            XCTAssertNotEqual(selections[0].sessionIDContext, former.sessionIDContext, "a session of the former trust")
            XCTAssertEqual(Set(selections.map(\.sessionIDContext)).count, count)
            return table.createdContexts
        }
        XCTAssertEqual(created, [3, 3])
    }

    func test_former_contexts_are_freed_although_no_client_of_their_name_arrives() throws {
        struct Kept { weak var context: TLSContext? }
        let turn = Atomic(0)
        let anchors = try (0..<11).map { try anchor("Root \($0)") }
        let source = try TrustSource { () throws(TrustStoreError) in
            try TrustStore(certificates: [anchors[turn.add(1, ordering: .relaxed).oldValue]])
        }
        let own = try authenticator(.reloadable(source))
        let table = try PolicyTable(
            configuration: configuration(own, (0..<12).map { ServerNamePolicy(name($0)) }, .refused),
            hasRequestGate: false
        )
        var contexts: [Kept] = []
        for round in 0...10 {
            if round > 0 { source.reload() }
            // In each round one more name has had a client.
            let selection = try XCTUnwrap(table.policy(forServerName: name(round))).selection
            contexts.append(Kept(context: selection.context))
        }
        XCTAssertEqual(contexts.map { $0.context != nil }, Array(repeating: false, count: 10) + [true])
    }

    func test_a_setting_of_a_name_that_the_traits_leave_out_is_noticed() throws {
        let own = try authenticator(.custom(TrustStore(certificates: [anchor("Root")])))
        let other = try Server()
        let twin = try authenticator(.custom(TrustStore(certificates: [anchor("Root")])))
        let changes: [String: (inout ServerNamePolicy) -> Void] = [
            "mode": { $0.mode = .allow },
            "authenticator": { $0.authenticator = twin },
            "identity": { $0.identity = other.identity },
            "additionalIdentities": { $0.additionalIdentities = [other.identity] },
            "authorityHints": { $0.authorityHints = ClientAuthorityHints.none },
            "applicationProtocols": { $0.applicationProtocols = [.http1] },
            "minimumVersion": { $0.minimumVersion = .tls13 },
        ]
        let plain = ServerNamePolicy(name(0))
        // A new property needs a line here, and a member of PolicyTraits: names with equal traits share their settings.
        XCTAssertEqual(
            Set(Mirror(reflecting: plain).children.compactMap(\.label)),
            Set(changes.keys).union(["name"])
        )
        let whole = configuration(own, [], .refused)
        for (property, change) in changes {
            var changed = plain
            change(&changed)
            XCTAssertNotEqual(
                PolicyTraits(whole.settings(for: changed)),
                PolicyTraits(whole.settings(for: plain)),
                property
            )
        }
        let renamed = ServerNamePolicy(name(1))
        XCTAssertEqual(PolicyTraits(whole.settings(for: renamed)), PolicyTraits(whole.settings(for: plain)))
    }

    func test_a_look_up_among_wildcards_depends_on_the_labels_of_the_name_alone() throws {
        let own = try authenticator(.custom(TrustStore(certificates: [anchor("Root")])))
        let names = (0..<300).map { ServerNamePolicy("*.\(name($0))") }
        let deep = String(repeating: "a.", count: 100) + "unknown.test"
        let visits = try [30, 300].map { count in
            let table = try PolicyTable(
                configuration: configuration(own, Array(names.prefix(count)), .refused),
                hasRequestGate: false
            )
            return VisitCounter.count {
                XCTAssertEqual(table.policy(forServerName: "a.b.\(name(7))")?.name, "*.\(name(7))")
                XCTAssertNil(table.policy(forServerName: name(7)))
                XCTAssertNil(table.policy(forServerName: deep))
                XCTAssertNil(table.policy(forServerName: "localhost"))
            }
        }
        #if DEBUG
        // One for the first name, one for the domain of the second, two for the third.
        XCTAssertEqual(visits, [4, 4])
        #endif
    }
}
