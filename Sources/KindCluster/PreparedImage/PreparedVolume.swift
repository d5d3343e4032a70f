import Certificates
import Diagnostics
public import DockerEngine
import Documents

/// A volume with what a prepared image has in `/var`, all images unpacked: nodes get copies of it that share its files.
///
/// Otherwise the engine would copy the content of the image's `/var` into the volume of each node, and containerd would
/// unpack every image there once more.
///
/// That a volume is complete is said by a second name of its image, whose tag is the volume's name: names are given in
/// one piece, and a volume without such a name is never used.
public enum PreparedVolume {
  /// What second names of images have in common.
  public static let repository = "idpbuilder.localhost/prepared-node-volume"
  /// The tag of images that can have no such volume on this engine, as it cannot share files between volumes or stack
  /// file systems in them.
  public static let none = "none"
  /// Marks the volumes, and names who made them.
  static let ownerLabel = "idpbuilder.prepared-node.volume-owner"

  /// Makes the volume of a prepared image.
  ///
  /// - Parameters:
  ///   - engine: The engine.
  ///   - image: The prepared image.
  ///   - owner: Who makes it; see ``removeLeftovers(of:_:)``.
  ///   - container: The name of the container that unpacks.
  /// - Returns: The volume's name, nil if the engine can have none.
  /// - Throws: `Failure`, `EngineError`.
  public static func make(_ engine: Engine, for image: PreparedImage, owner: String, container: String) async throws
    -> String?
  {
    let name = "idpbuilder-prepared-\(RandomText.generate(length: 12, from: .hexadecimal).revealed)"
    guard try await isPossible(engine, image: image.reference, owner: owner, trial: name + "-trial") else {
      try await record(none, of: image, engine)
      return nil
    }
    _ = try await engine.createVolume(name: name, labels: [ownerLabel: owner])
    let helper = try await PreparationContainer.start(
      engine, image: image.reference, owner: owner, name: container, volume: name)
    try await helper.unpack()
    try await helper.stop()
    try await helper.remove()
    try await record(name, of: image, engine)
    return name
  }

  /// Gives an image the name that says which volume is its, instead of the one that said so before.
  private static func record(_ tag: String, of image: PreparedImage, _ engine: Engine) async throws {
    try await engine.tagImage(image.id, repository: repository, tag: tag)
    guard let old = image.volume, old != tag else { return }
    try await engine.removeImage("\(repository):\(old)")
  }

  /// Removes volumes that no image names, of runs of this owner that were killed. The caller makes sure that no other
  /// run of the owner is at work.
  ///
  /// - Throws: `EngineError`.
  public static func removeLeftovers(of owner: String, _ engine: Engine) async throws {
    let named = Set(try await PreparedImageStore(engine).images().compactMap(\.volume))
    for volume in try await engine.listVolumes(labels: ["\(ownerLabel)=\(owner)"]) {
      guard let name = volume["Name"].stringValue, !named.contains(name) else { continue }
      do {
        try await engine.removeVolume(name, force: true)
      } catch let error as EngineError where error.isConflict {
        // In use after all: somebody copies it.
      }
    }
  }

  /// Whether volumes of this engine can share files, and hold stacked file systems; found out with two empty ones.
  private static func isPossible(_ engine: Engine, image: String, owner: String, trial: String) async throws -> Bool {
    guard try await engine.info()["Driver"].stringValue == "overlay2" else { return false }
    let names = ["\(trial)-1", "\(trial)-2"]
    for name in names { _ = try await engine.createVolume(name: name, labels: [ownerLabel: owner]) }
    let outcome = try await VolumeCopy(engine, image: image, cluster: owner).copy(
      names[0], to: names[1], rules: VolumeCopy.Rules())
    for name in names { try await engine.removeVolume(name, force: true) }
    return outcome.isLinked
  }
}
