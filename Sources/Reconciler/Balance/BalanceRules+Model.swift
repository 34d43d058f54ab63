extension BalanceRules {
    /// The rules between the units of a model. `position` is of each node its place among the balanced ones, else -1.
    init(_ model: ClusterModel, _ units: BalanceUnits, _ position: [Int]) {
        apartOfUnit = Array(repeating: [], count: units.members.count)
        spreadOfUnit = apartOfUnit
        apart = Array(repeating: Apart(), count: model.groupCount)
        spread = Array(repeating: Spread(), count: model.groupCount)
        var homes = Array(repeating: Set<Int>(), count: model.groupCount)
        for (index, domain) in model.domains.enumerated() {
            guard let home = domain.home else { continue }
            for group in Set(domain.apart + domain.apartSoft).sorted() {
                if let unit = units.unit[index] {
                    apart[group].units.append(unit)
                } else if position[home] >= 0 {
                    apart[group].fixed.append(position[home])
                }
            }
            for group in Set(domain.together + domain.togetherSoft).sorted() {
                homes[group].insert(home)
                if let unit = units.unit[index] {
                    if spread[group].units.last != unit { spread[group].units.append(unit) }
                } else {
                    spread[group].fixed.insert(home)
                }
            }
        }
        for group in 0..<model.groupCount {
            for unit in apart[group].units where apart[group].units.count + apart[group].fixed.count > 1 {
                apartOfUnit[unit].append(group)
            }
            spread[group].nodesMax = homes[group].count
            // One that is on one node is a unit, or stays.
            for unit in spread[group].units where homes[group].count > 1 && spreadOfUnit[unit].last != group {
                spreadOfUnit[unit].append(group)
            }
        }
    }
}
