package search_test

import (
	"context"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/search"
)

// crowds are scenarios in which much happens at the same time. Run in parallel, no two of
// their runs are the same (-count runs them more often); the race detector checks them.
var crowds = map[string]search.Scenario{
	"many findings of few hosts": {Steps: []search.Step{
		found(0, 1, 0), found(0, 2, 0), found(0, 3, 0), found(0, 1, 1), found(0, 2, 1), found(0, 1, 3), found(0, 2, 3), found(0, 3, 3), found(0, 1, 2),
	}},
	"sequences in two VPCs": {Steps: []search.Step{found(0, 1, 0, 3, 6), found(0, 2, 5, 6, 1), found(0, 1, 6), found(0, 1, 4)}},
	"releases among isolations": {Seed: 1, Steps: []search.Step{
		found(0, 1, 0), {At: 400_000, Do: search.DoRelease, Hosts: []int{0}}, found(400_000, 2, 1), found(400_010, 3, 3), found(400_300, 4, 0),
	}},
	"changes by others among isolations": {Seed: 2, Steps: []search.Step{
		found(0, 1, 0), found(0, 1, 2), found(0, 1, 3), {At: 150, Do: search.DoSwap, Subnet: 0, ACL: "other"}, {At: 250, Do: search.DoSwap, Subnet: 1, ACL: "default"},
	}},
	"observed beside isolations": {Policy: search.Policy{Observes: search.ObservesSecond}, Steps: []search.Step{
		found(0, 1, 0), found(0, 1, 5), found(0, 2, 0, 5), found(0, 3, 5, 6), found(30_000, 2, 6), found(30_000, 4, 1),
	}},
	"answers at once": {
		Approval: true, Steps: []search.Step{found(0, 1, 0), found(0, 1, 1), found(0, 1, 5)},
		People: [][]search.Saying{{{After: 60, Approve: true}}, {{After: 60}}, {{After: 60, Approve: true}}},
	},
	"lost answers and slow functions": {
		Seed: 3, Steps: []search.Step{found(0, 1, 0), found(0, 1, 1), found(0, 2, 0), found(20_000, 1, 3)},
		Faults: []search.Fault{{Kind: "lost-after", Times: 5, Skip: 3}, {Kind: "stopped-after", Function: "isolate", Times: 2}},
		Delays: []search.Delay{{Function: "isolate", PerMille: 500, UpTo: 90_000}, {Function: "isolate", PerMille: 300, UpTo: 30_000, Lost: true}},
	},
}

func found(at, number int, hosts ...int) search.Step {
	return search.Step{At: at, Do: search.DoFind, Kind: "miner", Number: number, Hosts: hosts}
}

func TestSideBySide(t *testing.T) {
	t.Parallel()
	for name, s := range crowds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, err := search.Play(context.Background(), s, true)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range o.Broken() {
				t.Error(v)
			}
		})
	}
}
