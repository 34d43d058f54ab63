extension ClusterModel {
    /// By group, its members that are there, hard and soft, in order.
    var groupMembers: [[Int]] {
        var members: [[Int]] = Array(repeating: [], count: groupCount)
        for (index, domain) in domains.enumerated() where domain.home != nil {
            for groups in [domain.apart, domain.together, domain.apartSoft, domain.togetherSoft] {
                for group in groups where members[group].last != index { members[group].append(index) }
            }
        }
        return members
    }
}
