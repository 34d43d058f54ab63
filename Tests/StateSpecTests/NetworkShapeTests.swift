import StateSpec
import Testing

@Suite("shapes of libvirt networks")
struct NetworkShapeTests {
    private func parse(_ xml: String) -> (name: String, shape: NetworkShape)? { NetworkShape.parse(Array(xml.utf8)) }

    @Test(arguments: [
        ("<network><name>a</name><forward mode='bridge'/><bridge name='br0'/></network>", "bridge", "br0"),
        ("<network><name>a</name><forward mode='bridge'><interface dev='eth0'/></forward></network>", "bridge", nil),
        // libvirt chooses that name, on each node for itself.
        ("<network><name>a</name><forward mode='nat'/><bridge name='virbr7' stp='on'/></network>", "nat", nil),
        ("<network><name>a</name><forward/><bridge name='virbr0'/></network>", "nat", nil),
        ("<network><name>a</name><bridge name='virbr1'/></network>", "isolated", nil),
        // What people keep in the metadata is none of the network's elements.
        (
            "<network><name>a</name><metadata><x xmlns='y'><forward mode='nat'/><name>b</name></x></metadata>"
                + "<forward mode='bridge'/><bridge name='br0'/></network>", "bridge", "br0"
        ),
    ])
    func shapes(xml: String, forward: String, bridge: String?) throws {
        let (name, shape) = try #require(parse(xml))
        #expect(name == "a" && shape == NetworkShape(forward: forward, bridge: bridge))
    }

    @Test func namesMayBeAnything() throws {
        #expect(try #require(parse("<network><name>a &lt;b&gt; 'c'&#10;</name></network>")).name == "a <b> 'c'\n")
    }

    @Test(arguments: [
        "", "<", "<network", "<network/>", "<domain><name>a</name></domain>", "garbage", "<network><name>a</network>",
        "<!DOCTYPE n [<!ENTITY a 'b'>]><network><name>&a;</name></network>",
        "<!DOCTYPE n SYSTEM '/etc/passwd'><network><name>a</name></network>",
        "<network><name>a\0</name></network>",
        String(repeating: "<network>", count: 5_000),
        "<network><name>" + String(repeating: "a", count: 300_000) + "</name></network>",
    ])
    func whatIsNotUnderstood(xml: String) {
        #expect(parse(xml) == nil)
    }
}
