// Written by scripts/help-snapshots.
enum HelpSnapshots {
  static let root = #"""
    OVERVIEW: Build a developer platform on your own machine: Kubernetes, Argo CD, Gitea and an ingress
    in Docker.

    Start with `idpbuilder create`, stop with `idpbuilder delete`. Clusters are kind clusters: kind and
    kubectl work on them too.

    Results go to standard output, everything else to standard error. Exit codes: docs/exit-codes.md.

    USAGE: idpbuilder <subcommand>

    OPTIONS:
      --version               Show the version.
      -h, --help              Show help information.

    PLATFORM SUBCOMMANDS:
      create                  Create the cluster and the platform on it, or complete what is there.
      stop                    Stop a cluster; it keeps everything, and `idpbuilder start` brings it
                              back.
      start                   Start a cluster that was stopped, and wait until all of it works again.
      validate                Check packages without installing them.
      delete                  Delete a cluster: its containers, its volumes and its entries in the
                              kubeconfig.
      get                     Show what exists.
      snapshot                Save a healthy platform, and bring it back in a fraction of the time.

    IMAGES SUBCOMMANDS:
      cache                   Manage node images with everything inside.
      bundle                  Take everything to a machine without network, in one file.

    TROUBLE SUBCOMMANDS:
      status                  Show how a cluster and its platform are: nodes, components, packages,
                              addresses.
      doctor                  Look for what is wrong with the engine, this machine, or the cluster, and
                              say what to do.
      logs                    Save logs, for a report of a fault.

    PROGRAM SUBCOMMANDS:
      version                 Print the version of idpbuilder.

      See 'idpbuilder help <subcommand>' for detailed help.
    """#

  static let create = #"""
    OVERVIEW: Create the cluster and the platform on it, or complete what is there.

    Running it again is safe: what exists and is healthy is left alone. When it fails or is interrupted
    before the cluster works, it removes what it made, unless --retain is given.

    Examples:
      idpbuilder create
      idpbuilder create --name demo --kube-version v1.35.0
      idpbuilder create -p ./my-package -p https://github.com/cnoe-io/stacks//ref-implementation
      idpbuilder create --recreate -o json 2>/dev/null | jq .event
      idpbuilder create --dry-run -p ./my-package > objects.yaml

    USAGE: idpbuilder create [<options>]

    CLUSTER:
      --name <name>           The name of the cluster. (default: localdev)
      --recreate              Delete the cluster first if it exists.
      --kube-version <version>
                              The Kubernetes version, for example v1.35.0.
      --node-image <image>    The node image; overrides --kube-version.
      --kind-config <file or URL>
                              A cluster configuration in kind's format (v1alpha4).
      --preload <image>       An image that the nodes have from the start.
            May be given several times. The platform's own images are always there.
      --no-cache              Start from the node image as it is, without a prepared one.
      --no-snapshot           Build afresh, even if there is a snapshot of the same platform.
      --retain                When creating fails, leave what was made, to look at it.
      --wait <duration>       How long to wait for the cluster, for example 90s or 5m. (default: 5m)

    PLATFORM:
      --host <name>           The DNS name of the platform; services are names below it. (default:
                              cnoe.localtest.me)
      --ingress-host-name <name>
                              The name that the ingress answers to, where it differs: behind another
                              proxy.
      --protocol <protocol>   How the web pages are reached. (values: http, https; default: https)
      --port <port>           The port on this machine at which the web pages are reached. (default:
                              8443)
      --use-path-routing      Make services paths of the one host:
                              https://cnoe.localtest.me:8443/argocd.
      --dev-password          Give both administrators the password 'developer'.
      --extra-ports <ports>   More ports to publish, here:node, for example 22:32222,9090:39090.
      --listen-address <address>
                              The address of this machine at which ports are published. (default:
                              127.0.0.1)
      --registry-config <file>
                              A docker config.json with credentials for the cluster's image pulls.
      -c, --package-custom-file <package:file>
                              A file with changes to a core package: argocd, gitea or nginx.
            May be given several times.
      --cluster-only          Make the Kubernetes cluster and nothing on it.

    PACKAGES:
      -p, --package <package> A package: a directory or file with Argo CD Applications, or
                              https://host/org/repo//path?ref=main.
            May be given several times; of two with the same Application the later wins.
      --prune                 Remove packages that an earlier run was given and this one is not.
      --no-wait-packages      Leave packages to Argo CD once they are installed, rather than wait until
                              they work.
      -n, --no-exit           Stay, watch local packages, and bring every change into the platform,
                              until Ctrl-C.

    OPTIONS:
      --dry-run               Print the plan and the objects it would apply, and do nothing.
            For a new cluster; neither an engine nor a cluster is asked.
      --timings               Print where the time went.
      -o, --output <format>   What to print: text, or json for one event per line on standard output.
                              (values: text, json; default: text)
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      --kubeconfig <file>     The kubeconfig file.
            Default: KUBECONFIG or ~/.kube/config.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let stop = #"""
    OVERVIEW: Stop a cluster; it keeps everything, and `idpbuilder start` brings it back.

    Ends the nodes the way a machine is shut down, all at once. Works on clusters that kind made, too.

    Examples:
      idpbuilder stop
      idpbuilder stop --name demo

    USAGE: idpbuilder stop [<options>]

    CLUSTER:
      --name <name>           The name of the cluster. (default: localdev)

    OPTIONS:
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let start = #"""
    OVERVIEW: Start a cluster that was stopped, and wait until all of it works again.

    Whatever stopped it: `idpbuilder stop`, docker, or a reboot. The nodes may get other addresses; the
    kubeconfig is brought up to date. Works on clusters that kind made, too.

    Examples:
      idpbuilder start
      idpbuilder start --name demo --wait 15m

    USAGE: idpbuilder start [<options>]

    CLUSTER:
      --name <name>           The name of the cluster. (default: localdev)

    OPTIONS:
      --wait <duration>       How long to wait until everything works, for example 90s or 5m. (default:
                              10m)
      -o, --output <format>   What to print: text, or json for one event per line on standard output.
                              (values: text, json; default: text)
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      --kubeconfig <file>     The kubeconfig file.
            Default: KUBECONFIG or ~/.kube/config.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let doctor = #"""
    OVERVIEW: Look for what is wrong with the engine, this machine, or the cluster, and say what to do.

    Changes nothing. Works before there is a cluster, and on one that is broken. The exit code is 0
    unless a problem was found; warnings and notes do not count.

    Examples:
      idpbuilder doctor
      idpbuilder doctor --port 9443 --host idp.example.test
      idpbuilder doctor -o json | jq -r '.checks[].findings[] | select(.level == "problem") | .remedy'

    USAGE: idpbuilder doctor [<options>]

    CLUSTER:
      --name <name>           The name of the cluster. (default: localdev)

    OPTIONS:
      --host <name>           The DNS name that a new platform shall have. (default: cnoe.localtest.me)
      --port <port>           The port that a new platform shall have. (default: 8443)
      --listen-address <address>
                              The address at which ports shall be published. (default: 127.0.0.1)
      -o, --output <output>   How to print the result. (values: table, json, yaml; default: table)
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      --kubeconfig <file>     The kubeconfig file.
            Default: KUBECONFIG or ~/.kube/config.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let status = #"""
    OVERVIEW: Show how a cluster and its platform are: nodes, components, packages, addresses.

    The exit code is 0 if everything is healthy, 78 otherwise.

    Examples:
      idpbuilder status
      idpbuilder status --watch
      idpbuilder status -o json | jq -r '.platform.components[] | .name + " " + .state'

    USAGE: idpbuilder status [<options>]

    CLUSTER:
      --name <name>           The name of the cluster. (default: localdev)

    OPTIONS:
      -w, --watch             Stay, and show every change until Ctrl-C; with -o json, an object per
                              line.
      -o, --output <output>   How to print the result. (values: table, json, yaml; default: table)
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let logsExport = #"""
    OVERVIEW: Save everything that a report of a fault needs, without secrets.

    Saves what the engine says, the logs of nodes and pods, events, all objects, and what the doctor
    finds. The data of Secrets is left out, and every value in them is taken out of all other files;
    only you may read these. Look through them all the same before you share them.

    Examples:
      idpbuilder logs export
      idpbuilder logs export /tmp/report --name demo

    USAGE: idpbuilder logs export [<directory>] [<options>]

    ARGUMENTS:
      <directory>             Where: a directory that is empty or does not exist. (default:
                              idpbuilder-logs-NAME-TIME)

    CLUSTER:
      --name <name>           The name of the cluster. (default: localdev)

    OPTIONS:
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let validate = #"""
    OVERVIEW: Check packages without installing them.

    Says for every fault the file, line and column, what is wrong and what was expected. Needs no
    Docker Engine.

    Examples:
      idpbuilder validate -p ./my-package
      idpbuilder validate -p https://github.com/cnoe-io/stacks//ref-implementation

    USAGE: idpbuilder validate --package <package> [<options>]

    OPTIONS:
      -p, --package <package> A package: a directory or file with Argo CD Applications, or
                              https://host/org/repo//path?ref=main.
            May be given several times; of two with the same Application the later wins.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let delete = #"""
    OVERVIEW: Delete a cluster: its containers, its volumes and its entries in the kubeconfig.

    Works on clusters that kind made, too.

    Examples:
      idpbuilder delete
      idpbuilder delete --name demo

    USAGE: idpbuilder delete [<options>]

    CLUSTER:
      --name <name>           The name of the cluster. (default: localdev)

    OPTIONS:
      --all                   Delete all clusters of the engine, those of kind included.
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      --kubeconfig <file>     The kubeconfig file.
            Default: KUBECONFIG or ~/.kube/config.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let get = #"""
    OVERVIEW: Show what exists.

    USAGE: idpbuilder get <subcommand>

    OPTIONS:
      --version               Show the version.
      -h, --help              Show help information.

    SUBCOMMANDS:
      clusters                List the clusters of the engine, those of kind included.
      packages                Show the packages that were installed with --package.
      secrets                 Show the platform's user names, passwords and tokens.
      certificate             Print the platform's certificate as PEM.

      See 'idpbuilder help get <subcommand>' for detailed help.
    """#

  static let getClusters = #"""
    OVERVIEW: List the clusters of the engine, those of kind included.

    Examples:
      idpbuilder get clusters
      idpbuilder get clusters -o json | jq -r '.[].name'

    USAGE: idpbuilder get clusters [<options>]

    OPTIONS:
      -o, --output <output>   How to print the result. (values: table, json, yaml; default: table)
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let getPackages = #"""
    OVERVIEW: Show the packages that were installed with --package.

    Examples:
      idpbuilder get packages
      idpbuilder get packages -o json | jq -r '.[] | .Name + " " + .Health'

    USAGE: idpbuilder get packages [<options>]

    OPTIONS:
      --name <name>           The name of the cluster. (default: localdev)
      -p, --packages <packages>
                              Only these packages, separated by commas.
            May be given several times.
      -o, --output <output>   How to print the result. (values: table, json, yaml; default: table)
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      --kubeconfig <file>     The kubeconfig file.
            Default: KUBECONFIG or ~/.kube/config.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let getSecrets = #"""
    OVERVIEW: Show the platform's user names, passwords and tokens.

    Shows the administrators of the core packages, and every secret labelled cnoe.io/cli-secret=true.

    Examples:
      idpbuilder get secrets
      idpbuilder get secrets -p gitea -o json | jq -r '.[0].password'

    USAGE: idpbuilder get secrets [<options>]

    OPTIONS:
      --name <name>           The name of the cluster. (default: localdev)
      -p, --packages <packages>
                              Only these packages, separated by commas.
            May be given several times.
      -o, --output <output>   How to print the result. (values: table, json, yaml; default: table)
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      --kubeconfig <file>     The kubeconfig file.
            Default: KUBECONFIG or ~/.kube/config.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let getCertificate = #"""
    OVERVIEW: Print the platform's certificate as PEM.

    Examples:
      idpbuilder get certificate > idp.pem
      curl --cacert idp.pem https://gitea.cnoe.localtest.me:8443/

    USAGE: idpbuilder get certificate [<options>]

    OPTIONS:
      --name <name>           The name of the cluster. (default: localdev)
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      --kubeconfig <file>     The kubeconfig file.
            Default: KUBECONFIG or ~/.kube/config.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let cacheList = #"""
    OVERVIEW: List the prepared node images of the engine.

    Sizes include the node image, whose layers are stored once. Volumes hold the images unpacked, and
    share their place on the disk with the nodes that were made from them.

    Examples:
      idpbuilder cache list
      idpbuilder cache list --volumes
      idpbuilder cache list -o json | jq '.[].images'

    USAGE: idpbuilder cache list [<options>]

    OPTIONS:
      --volumes               Show how much the volumes hold, too: the engine may count for a while.
      -o, --output <output>   How to print the result. (values: table, json, yaml; default: table)
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let cacheBuild = #"""
    OVERVIEW: Make the prepared node image now, so that the first create need not.

    Give it the options that `idpbuilder create` will get. Prints the image's name.

    Examples:
      idpbuilder cache build
      idpbuilder cache build --kube-version v1.35.0 --preload docker.io/library/alpine:3.22

    USAGE: idpbuilder cache build [<options>]

    OPTIONS:
      --kube-version <version>
                              The Kubernetes version, for example v1.35.0.
      --node-image <image>    The node image; overrides --kube-version.
      --preload <image>       An image that the nodes have from the start.
            May be given several times. The platform's own images are always there.
      -c, --package-custom-file <package:file>
                              A file with changes to a core package: argocd, gitea or nginx.
            May be given several times.
      -p, --package <package> A package: a directory or file with Argo CD Applications, or
                              https://host/org/repo//path?ref=main.
            May be given several times; of two with the same Application the later wins.
      --only                  Only the images given with --preload, as `idpbuilder create
                              --cluster-only` starts from.
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let cachePrune = #"""
    OVERVIEW: Remove prepared node images that are not used any longer.

    Removes those that `idpbuilder cache list` calls stale, and what killed runs left behind. An image
    that a cluster was made from stays.

    Examples:
      idpbuilder cache prune
      idpbuilder cache prune --all

    USAGE: idpbuilder cache prune [<options>]

    OPTIONS:
      --all                   Remove all of them.
      --node-image <image>    Only those that were made from this node image.
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let snapshotSave = #"""
    OVERVIEW: Save a healthy cluster with everything on it.

    The node is stopped for some seconds and started again; the command ends when everything works
    again. Only clusters with one node can be saved. A snapshot of the same name is replaced.

    The newest snapshots of a cluster are kept, three unless --keep says otherwise; older ones are
    removed. They share image layers and image content with the node, so each takes little room while
    the cluster exists.

    Examples:
      idpbuilder snapshot save
      idpbuilder snapshot save --name demo before-upgrade

    USAGE: idpbuilder snapshot save [<options>] [<snapshot>]

    ARGUMENTS:
      <snapshot>              A name for the snapshot; one made of the time if left out.

    CLUSTER:
      --name <name>           The name of the cluster. (default: localdev)

    OPTIONS:
      --keep <number>         How many snapshots of the cluster are kept. (default: 3)
      -o, --output <format>   What to print: text, or json for one event per line on standard output.
                              (values: text, json; default: text)
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      --kubeconfig <file>     The kubeconfig file.
            Default: KUBECONFIG or ~/.kube/config.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let snapshotList = #"""
    OVERVIEW: List the snapshots of the engine, newest first.

    SIZE is what a snapshot's volume holds; OWN is how much of that was copied when it was saved. The
    rest shares its place on the disk with the cluster and other snapshots while these exist.

    Examples:
      idpbuilder snapshot list
      idpbuilder snapshot list -o json | jq -r '.[].name'

    USAGE: idpbuilder snapshot list [<options>]

    OPTIONS:
      --name <name>           Only snapshots of this cluster.
      -o, --output <output>   How to print the result. (values: table, json, yaml; default: table)
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let snapshotRestore = #"""
    OVERVIEW: Put a cluster into the state of a snapshot.

    A cluster that exists is replaced, at the same ports: whatever changed since is gone. One that does
    not is made.

    Administrators' passwords and tokens are new ones; idpbuilder get secrets shows them.

    Examples:
      idpbuilder snapshot restore
      idpbuilder snapshot restore --name demo before-upgrade

    USAGE: idpbuilder snapshot restore [<options>] [<snapshot>]

    ARGUMENTS:
      <snapshot>              The snapshot; the newest if left out.

    CLUSTER:
      --name <name>           The name of the cluster. (default: localdev)

    OPTIONS:
      --dev-password          Give both administrators the password 'developer'.
      -o, --output <format>   What to print: text, or json for one event per line on standard output.
                              (values: text, json; default: text)
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      --kubeconfig <file>     The kubeconfig file.
            Default: KUBECONFIG or ~/.kube/config.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let snapshotDelete = #"""
    OVERVIEW: Delete snapshots.

    The cluster itself is left alone. What interrupted commands left of snapshots of the cluster goes,
    too.

    Examples:
      idpbuilder snapshot delete before-upgrade
      idpbuilder snapshot delete --name demo --all

    USAGE: idpbuilder snapshot delete [<options>] (<snapshot> ... | --all)

    ARGUMENTS:
      <snapshots>             The snapshots.

    CLUSTER:
      --name <name>           The name of the cluster. (default: localdev)

    OPTIONS:
      --all                   Delete all snapshots of the cluster.
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let bundleSave = #"""
    OVERVIEW: Write a file with the node image, everything inside, and packages.

    On the other machine, `idpbuilder bundle load` and `idpbuilder create` need no registry, no DNS and
    no Internet.

    Examples:
      idpbuilder bundle save platform.tar
      idpbuilder bundle save platform.tar -p ./my-package --preload docker.io/library/alpine:3.22

    USAGE: idpbuilder bundle save <file> [<options>]

    ARGUMENTS:
      <file>                  The file to write.

    OPTIONS:
      --kube-version <version>
                              The Kubernetes version, for example v1.35.0.
      --node-image <image>    The node image; overrides --kube-version.
      --preload <image>       An image that the nodes have from the start.
            May be given several times. The platform's own images are always there.
      -c, --package-custom-file <package:file>
                              A file with changes to a core package: argocd, gitea or nginx.
            May be given several times.
      -p, --package <package> A package: a directory or file with Argo CD Applications, or
                              https://host/org/repo//path?ref=main.
            May be given several times; of two with the same Application the later wins.
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let bundleLoad = #"""
    OVERVIEW: Bring what a file holds into the engine.

    All checksums are verified before anything is loaded. Prints the command that creates the platform.

    Examples:
      idpbuilder bundle load platform.tar
      idpbuilder bundle load platform.tar --packages ./packages

    USAGE: idpbuilder bundle load <file> [<options>]

    ARGUMENTS:
      <file>                  The file.

    OPTIONS:
      --packages <directory>  Where to unpack the packages. (default: idpbuilder-packages)
      --docker-host <address> Where the Docker Engine listens: unix:///path or tcp://host:port.
            Default: DOCKER_HOST, the current docker context, or the usual sockets.
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#

  static let version = #"""
    OVERVIEW: Print the version of idpbuilder.

    Asks nothing but the program itself: no engine or cluster is needed.

    USAGE: idpbuilder version [<options>]

    OPTIONS:
      -o, --output <output>   How to print the result. (values: table, json, yaml; default: table)
      -l, --log-level <level> How much to log to standard error. (values: trace, debug, info, warning,
                              error; default: warning)
      --color <when>          When to use colour. (values: auto, always, never; default: auto)
      --version               Show the version.
      -h, --help              Show help information.

    """#
}
