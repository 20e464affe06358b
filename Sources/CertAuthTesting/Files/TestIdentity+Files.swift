// SPDX-License-Identifier: Apache-2.0
// Writes identities to files that other programs can read.

extension TestIdentity {
    /// The paths of an identity's files.
    public struct Files: Sendable, Hashable {
        /// The leaf as PEM.
        public let certificate: String
        /// Leaf and intermediates as PEM.
        public let chain: String
        /// The private key as PKCS #8 PEM.
        public let key: String
        /// The root as PEM.
        public let anchor: String
    }

    /// Writes `name.pem`, `name-chain.pem`, `name.key` and `name-root.pem`, all with mode 0600.
    ///
    /// - Parameters:
    ///   - directory: an existing directory.
    ///   - password: encrypts the key.
    public func write(to directory: String, as name: String, password: String? = nil) throws -> Files {
        let files = Files(
            certificate: "\(directory)/\(name).pem",
            chain: "\(directory)/\(name)-chain.pem",
            key: "\(directory)/\(name).key",
            anchor: "\(directory)/\(name)-root.pem"
        )
        try PrivateFile.write(Array(certificatePEM().utf8), to: files.certificate)
        try PrivateFile.write(Array(chainPEM().utf8), to: files.chain)
        try PrivateFile.write(Array(privateKeyPEM(password: password).utf8), to: files.key)
        try PrivateFile.write(Array(anchorPEM().utf8), to: files.anchor)
        return files
    }

    /// Writes the files to a temporary directory.
    public func write(to directory: TemporaryDirectory, as name: String, password: String? = nil) throws -> Files {
        try write(to: directory.path, as: name, password: password)
    }
}
