enum HelpSnapshots { static let root = "", create = "", delete = "", get = "", getClusters = "", version = "" }
