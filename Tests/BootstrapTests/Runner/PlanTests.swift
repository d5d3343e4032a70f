import Bootstrap
import Testing

@Suite struct PlanTests {
  private func step(_ id: StepID, _ after: [StepID] = []) -> Step {
    Step(id, title: id.rawValue, after: after) { _ in nil }
  }

  @Test("steps are put behind what they come after, and otherwise keep their order")
  func order() throws {
    let plan = try Plan([
      step("hand-over", ["gitea", "argocd"]), step("node"), step("gitea", ["node"]), step("certificate"),
      step("argocd", ["node"]),
    ])
    #expect(plan.steps.map(\.id) == ["node", "gitea", "certificate", "argocd", "hand-over"])
  }

  @Test("a plan prints its steps with what they wait for")
  func printed() throws {
    let plan = try Plan([step("node"), step("dns", ["node"]), step("end", ["node", "dns"])])
    #expect(plan.description == "1. node\n2. dns (after node)\n3. end (after node, dns)")
  }

  @Test("an empty plan is a plan")
  func empty() throws {
    #expect(try Plan([]).steps.isEmpty)
  }

  @Test("two steps of one name are refused")
  func duplicate() {
    #expect(throws: Plan.Fault.duplicate("a")) { try Plan([step("a"), step("b"), step("a")]) }
  }

  @Test("a step after one that does not exist is refused, and both are named")
  func unknown() {
    let fault = Plan.Fault.unknown("nodes", neededBy: "dns")
    #expect(throws: fault) { try Plan([step("node"), step("dns", ["nodes"])]) }
    #expect(fault.description == "step dns comes after nodes, which the plan does not have")
  }

  @Test("steps that wait for each other are refused, and the circle is named without the steps that lead to it")
  func cycle() {
    #expect(throws: Plan.Fault.cycle(["b", "c", "b"])) {
      try Plan([step("root"), step("a", ["b", "root"]), step("b", ["c"]), step("c", ["b"])])
    }
    #expect(throws: Plan.Fault.cycle(["a", "a"])) { try Plan([step("a", ["a"])]) }
  }
}
