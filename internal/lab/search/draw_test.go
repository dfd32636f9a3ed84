package search_test

import (
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/ec2-quarantine/quarantine/internal/lab/search"
)

// The generators favour the small values that are also the most frequent in practice, so
// that rapid shrinks a failure to a scenario that a person can read.

var (
	functions = []string{"triage", "isolate", "forensics", "notify", "release", "approval", "watch", "measures-network", "measures-identity", "measures-scaling"}
	services  = []string{"ec2", "dynamodb", "sns", "events", "slack", "sts", "iam", "autoscaling"}
	// calls are the operations that the product uses most.
	calls = []string{
		"DescribeInstances", "DescribeNetworkAcls", "CreateNetworkAcl", "ReplaceNetworkAclAssociation", "DeleteNetworkAcl", "CreateTags",
		"CreateSnapshots", "DescribeSnapshots", "UpdateItem", "PutItem", "GetItem", "Publish", "PutEvents", "PostWebhook",
		"PutRolePolicy", "DeleteRolePolicy", "EnterStandby", "ExitStandby", "ModifyNetworkInterfaceAttribute",
	}
)

const (
	hosts   = 7
	subnets = 6
)

// peaceful draws a scenario without faults: whatever people do, and in whatever order
// things happen, every execution must succeed.
func peaceful(t *rapid.T) search.Scenario {
	return search.Scenario{
		Seed:     rapid.Uint64Range(0, 1<<16).Draw(t, "seed"),
		Approval: rapid.IntRange(0, 3).Draw(t, "approval") == 3,
		Wide:     wide(t),
		Policy:   policy(t),
		Steps:    steps(t),
		People:   people(t),
	}
}

// troubled draws a scenario with faults, delays, clock skew and terminated instances.
func troubled(t *rapid.T) search.Scenario {
	s := peaceful(t)
	s.Faults = rapid.SliceOfN(rapid.Custom(fault), 0, 4).Draw(t, "faults")
	s.Delays = rapid.SliceOfN(rapid.Custom(delay), 0, 2).Draw(t, "delays")
	if rapid.IntRange(0, 2).Draw(t, "skewed") == 2 {
		s.Skew = rapid.MapOfN(rapid.SampledFrom(append([]string{"decider"}, functions...)), rapid.IntRange(-240, 240), 0, 4).Draw(t, "skew")
	}
	if rapid.IntRange(0, 9).Draw(t, "terminates") == 9 {
		s.Steps = append(s.Steps, search.Step{At: at(t), Do: search.DoTerminate, Hosts: []int{rapid.IntRange(0, hosts-1).Draw(t, "host")}})
	}
	return s
}

// wide is rare enough that the search stays fast: each measure is some calls more.
func wide(t *rapid.T) bool { return rapid.IntRange(0, 2).Draw(t, "wide") == 2 }

func policy(t *rapid.T) (p search.Policy) {
	p.Asks = rapid.Bool().Draw(t, "asks")
	p.SilenceCuts = rapid.IntRange(0, 3).Draw(t, "silence cuts") == 3
	if rapid.IntRange(0, 3).Draw(t, "braked") == 3 {
		p.PerHour = rapid.IntRange(0, 3).Draw(t, "an hour")
		p.PerVPC = rapid.IntRange(0, 2).Draw(t, "an hour and VPC")
		p.Percent = rapid.SampledFrom([]int{0, 1, 34, 50}).Draw(t, "percent")
	}
	if rapid.IntRange(0, 3).Draw(t, "observed") == 3 {
		p.Observes = rapid.SampledFrom([]string{search.ObservesAll, search.ObservesSecond, search.ObservesAllButFirst}).Draw(t, "what is observed")
	}
	return p
}

// at draws a time in milliseconds near one of a few moments, so that events coincide: the
// start, during the first isolations, after them, after the evidence, when the security group has
// held for long enough to give back subnets, two hours later.
func at(t *rapid.T) int {
	return rapid.SampledFrom([]int{0, 0, 0, 300, 2_000, 30_000, 400_000, 400_000, 1_000_000, 7_200_000}).Draw(t, "moment") + spread(t, 600)
}

// spread draws a number below n with equal probability: rapid favours small numbers, but
// any distance in time may be the one that matters.
func spread(t *rapid.T, n int) int { return rapid.IntRange(0, 1<<20).Draw(t, "spread") * 7919 % n }

// contested draws a scenario in which releases, narrowings, isolations and changes by others meet on
// two subnets, at a time at which the security groups have held for long enough for either.
func contested(t *rapid.T) search.Scenario {
	const meeting = 1_000_000
	near := func(t *rapid.T) int { return meeting + spread(t, 900) }
	host := rapid.SampledFrom([]int{0, 1, 3})
	s := search.Scenario{Seed: uint64(spread(t, 1<<16)), Wide: wide(t)}
	for _, h := range rapid.SliceOfNDistinct(host, 1, 2, rapid.ID).Draw(t, "contained") {
		s.Steps = append(s.Steps,
			search.Step{At: spread(t, 300), Do: search.DoFind, Kind: "miner", Number: 1, Hosts: []int{h}},
			search.Step{At: near(t), Do: givesBack(t), Hosts: []int{h}})
	}
	for range rapid.IntRange(1, 4).Draw(t, "findings") {
		s.Steps = append(s.Steps, search.Step{At: near(t), Do: search.DoFind, Kind: "miner", Number: 2, Hosts: []int{host.Draw(t, "host")}})
	}
	for range rapid.IntRange(0, 2).Draw(t, "hands") {
		s.Steps = append(s.Steps, search.Step{
			At: near(t), Do: rapid.SampledFrom([]string{search.DoSwap, search.DoOpen}).Draw(t, "hand"), Subnet: rapid.IntRange(0, 1).Draw(t, "subnet"),
			ACL: rapid.SampledFrom([]string{"default", "other", "ours"}).Draw(t, "acl"),
		})
	}
	for range rapid.IntRange(0, 2).Draw(t, "looks") {
		s.Steps = append(s.Steps, search.Step{At: near(t), Do: search.DoLook})
	}
	if rapid.Bool().Draw(t, "slow") {
		s.Delays = []search.Delay{{
			Service: rapid.SampledFrom([]string{"ec2", "dynamodb"}).Draw(t, "service"), PerMille: rapid.SampledFrom([]int{300, 50}).Draw(t, "of a thousand"),
			UpTo: rapid.SampledFrom([]int{800, 30_000, 100_000}).Draw(t, "up to"),
		}}
	}
	if rapid.Bool().Draw(t, "with faults") {
		s.Faults = []search.Fault{fault(t)}
		s.Faults[0].At = near(t)
	}
	return s
}

// givesBack is one way in which subnets are given back.
func givesBack(t *rapid.T) string {
	return rapid.SampledFrom([]string{search.DoRelease, search.DoRelease, search.DoNarrow}).Draw(t, "gives back")
}

// reopened draws a scenario in which hands open what is held, again and again, while the watch
// looks, findings come and incidents are released.
func reopened(t *rapid.T) search.Scenario {
	host := rapid.SampledFrom([]int{0, 1, 3})
	s := search.Scenario{Seed: uint64(spread(t, 1<<16)), Wide: wide(t)}
	for _, h := range rapid.SliceOfNDistinct(host, 1, 2, rapid.ID).Draw(t, "contained") {
		s.Steps = append(s.Steps, search.Step{At: spread(t, 300), Do: search.DoFind, Kind: "miner", Number: 1, Hosts: []int{h}})
	}
	for n := range rapid.IntRange(1, 4).Draw(t, "rounds") {
		meeting := 1_000_000 * (n + 1)
		near := func(t *rapid.T) int { return meeting + spread(t, 900) }
		for range rapid.IntRange(1, 2).Draw(t, "looks") {
			s.Steps = append(s.Steps, search.Step{At: near(t), Do: search.DoLook})
		}
		for range rapid.IntRange(0, 3).Draw(t, "hands") {
			s.Steps = append(s.Steps, search.Step{
				At: near(t), Do: rapid.SampledFrom([]string{search.DoSwap, search.DoSwap, search.DoOpen, search.DoAttach, search.DoAllow}).Draw(t, "hand"),
				Subnet: rapid.IntRange(0, 1).Draw(t, "subnet"), Hosts: []int{host.Draw(t, "host")},
				ACL: rapid.SampledFrom([]string{"default", "other", "deny", "ours"}).Draw(t, "acl"),
			})
		}
		if rapid.IntRange(0, 2).Draw(t, "releases") == 2 {
			s.Steps = append(s.Steps, search.Step{At: near(t), Do: givesBack(t), Hosts: []int{host.Draw(t, "host")}})
		}
		if rapid.IntRange(0, 2).Draw(t, "finds") == 2 {
			s.Steps = append(s.Steps, search.Step{At: near(t), Do: search.DoFind, Kind: "miner", Number: 2, Hosts: []int{host.Draw(t, "host")}})
		}
	}
	if rapid.Bool().Draw(t, "slow") {
		s.Delays = []search.Delay{delay(t)}
	}
	for range rapid.IntRange(0, 2).Draw(t, "faults") {
		f := fault(t)
		f.At = 1_000_000*rapid.IntRange(1, 4).Draw(t, "round") + spread(t, 900)
		s.Faults = append(s.Faults, f)
	}
	return s
}

// asked draws a scenario in which people are asked, and answer at once, late and against
// each other, while writes and clocks go wrong.
func asked(t *rapid.T) search.Scenario {
	s := search.Scenario{Seed: uint64(spread(t, 1<<16)), Approval: rapid.Bool().Draw(t, "approval")}
	s.Policy = search.Policy{Asks: true, SilenceCuts: rapid.IntRange(0, 2).Draw(t, "silence cuts") == 2}
	for n := range rapid.IntRange(1, 3).Draw(t, "findings") {
		kind := rapid.SampledFrom([]string{"medium", "miner"}).Draw(t, "kind")
		s.Steps = append(s.Steps, search.Step{
			At: rapid.SampledFrom([]int{0, 60_000, 3_600_000, 14_400_000}).Draw(t, "moment") + spread(t, 600),
			Do: search.DoFind, Kind: kind, Number: n + 1, Hosts: []int{rapid.IntRange(0, 1).Draw(t, "host")},
		})
	}
	if rapid.IntRange(0, 2).Draw(t, "releases") == 2 {
		s.Steps = append(s.Steps, search.Step{At: 60_000 + spread(t, 900), Do: search.DoRelease, Hosts: []int{0}})
	}
	one := rapid.Custom(func(t *rapid.T) search.Saying {
		return search.Saying{
			After:   rapid.SampledFrom([]int{60, 60, 60, 700, 3600, 4*3600 - 1, 4 * 3600}).Draw(t, "after"),
			Approve: rapid.Bool().Draw(t, "approve"), Narrow: rapid.IntRange(0, 2).Draw(t, "narrow") == 2,
		}
	})
	s.People = rapid.SliceOfN(rapid.SliceOfN(one, 1, 3), 1, 3).Draw(t, "people")
	for range rapid.IntRange(0, 2).Draw(t, "faults") {
		f := fault(t)
		f.Function = rapid.SampledFrom([]string{"", "person", "approval"}).Draw(t, "by")
		if f.Operation, f.Service = "", rapid.SampledFrom([]string{"dynamodb", "sns", "events", "slack"}).Draw(t, "of"); f.Kind == "late-answered" {
			f.Kind = "late-lost"
		}
		if f.Kind == "stale" { // EC2's alone
			f.Kind, f.Behind = "lost-after", 0
		}
		s.Faults = append(s.Faults, f)
	}
	if rapid.Bool().Draw(t, "skewed") {
		s.Skew = map[string]int{"decider": rapid.IntRange(-120, 120).Draw(t, "decider"), "approval": rapid.IntRange(-120, 120).Draw(t, "approval's")}
	}
	return s
}

func steps(t *rapid.T) []search.Step {
	found := rapid.SliceOfN(rapid.Custom(find), 1, 8).Draw(t, "findings")
	return append(found, rapid.SliceOfN(rapid.OneOf(rapid.Custom(released), rapid.Custom(changeByOthers), rapid.Custom(looked)), 0, 8).Draw(t, "others")...)
}

func find(t *rapid.T) search.Step {
	s := search.Step{
		At: at(t), Do: search.DoFind, Number: rapid.IntRange(1, 3).Draw(t, "number"),
		Kind: rapid.SampledFrom([]string{"miner", "miner", "miner", "medium", "probe", "sample", "malformed"}).Draw(t, "kind"),
	}
	if most := rapid.SampledFrom([]int{1, 1, 1, 1, 3}).Draw(t, "accused at most"); s.Kind == "miner" {
		s.Hosts = rapid.SliceOfNDistinct(host(), 1, most, rapid.ID).Draw(t, "hosts")
	} else {
		s.Hosts = []int{host().Draw(t, "host")}
	}
	return s
}

// host draws a host; it favours the first ones, which share a subnet.
func host() *rapid.Generator[int] {
	return rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(0, hosts-1))
}

func released(t *rapid.T) search.Step {
	return search.Step{At: at(t), Do: givesBack(t), Hosts: []int{host().Draw(t, "host")}}
}

func looked(t *rapid.T) search.Step { return search.Step{At: at(t), Do: search.DoLook} }

func changeByOthers(t *rapid.T) search.Step {
	return search.Step{
		At: at(t), Do: rapid.SampledFrom([]string{search.DoSwap, search.DoSwap, search.DoRemove, search.DoOpen}).Draw(t, "hand"),
		Subnet: rapid.IntRange(0, subnets-1).Draw(t, "subnet"), ACL: rapid.SampledFrom([]string{"default", "other", "deny", "ours"}).Draw(t, "acl"),
	}
}

func people(t *rapid.T) [][]search.Saying {
	one := rapid.Custom(func(t *rapid.T) search.Saying {
		return search.Saying{
			After:   rapid.SampledFrom([]int{1, 300, 1800, 3600, 4*3600 - 1, 4 * 3600, 5 * 3600}).Draw(t, "after"),
			Approve: rapid.Bool().Draw(t, "approve"), Narrow: rapid.IntRange(0, 2).Draw(t, "narrow") == 2,
		}
	})
	return rapid.SliceOfN(rapid.SliceOfN(one, 0, 3), 0, 4).Draw(t, "people")
}

func fault(t *rapid.T) search.Fault {
	f := search.Fault{Kind: rapid.SampledFrom(slices.Sorted(maps.Keys(search.Kinds))).Draw(t, "kind"), At: at(t)}
	if rapid.Bool().Draw(t, "by operation") {
		f.Operation = rapid.SampledFrom(calls).Draw(t, "operation")
	} else {
		f.Service = rapid.SampledFrom(services).Draw(t, "service")
	}
	f.Function = rapid.SampledFrom(append([]string{"", ""}, functions...)).Draw(t, "function")
	f.Skip = rapid.IntRange(0, 8).Draw(t, "skip")
	f.Times = rapid.SampledFrom([]int{1, 1, 2, 5, 0}).Draw(t, "times")
	f.For = rapid.SampledFrom([]int{0, 1_000, 60_000, 900_000}).Draw(t, "for")
	if strings.HasPrefix(f.Kind, "late-") {
		f.Late = rapid.SampledFrom([]int{1_000, 60_000, 400_000, 7_200_000}).Draw(t, "late") + spread(t, 600)
	}
	if f.Kind == "late-answered" { // EC2's way alone: what DynamoDB has answered is written, and what SNS has is sent
		f.Service = "ec2"
	}
	if f.Kind == "stale" { // others have their own way with what a read may show
		f.Service, f.Operation, f.Behind = "ec2", "DescribeNetworkAcls", rapid.IntRange(1, 3).Draw(t, "behind")
	}
	return f
}

func delay(t *rapid.T) search.Delay {
	d := search.Delay{PerMille: rapid.SampledFrom([]int{10, 100, 500, 1000}).Draw(t, "of a thousand"), UpTo: rapid.SampledFrom([]int{500, 5_000, 30_000, 90_000}).Draw(t, "up to")}
	if rapid.Bool().Draw(t, "of a service") {
		d.Service = rapid.SampledFrom(services).Draw(t, "service")
	} else {
		d.Function, d.Lost = rapid.SampledFrom(functions).Draw(t, "function"), rapid.Bool().Draw(t, "lost")
	}
	return d
}
