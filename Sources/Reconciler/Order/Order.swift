/// Puts migrations in an order in which each of them can be made.
public enum Order {
    /// The cheapest sequence of migrations that meets all goals.
    ///
    /// At every instant capacity, memory and vCPUs, and hard `apart` hold, a migrating domain counting on both its nodes.
    /// What is broken at the start, a node that is too full or an `apart` group with two members on one node, is not made
    /// worse, and blocks only what would. Hard `together` holds at the end; a group that was broken at the start is mended
    /// if that is possible, else not torn apart further.
    /// Fewest migrations come first, then the least memory moved; among equals `prefer`, soft rules and the lowest
    /// largest load decide as far as a local search improves them.
    ///
    /// - Parameter goals: one for each domain. Domains without a home are not there, whatever their goal.
    public static func find(model: ClusterModel, goals: [Goal], options: OrderOptions = OrderOptions()) -> OrderResult {
        OrderSearch(model: model, goals: goals, options: options).run()
    }
}
