struct BalanceRequest { enum Goal { case target, best }; var target = 1.1; var minGain = 0.01; var migrationsMax: Int?; var goal = Goal.target; init() {} }
struct BalanceResult { var relocations: [Relocation] }
enum Balance { static func make(_ model: ClusterModel, _ request: BalanceRequest) -> BalanceResult { BalanceResult(relocations: []) } }
