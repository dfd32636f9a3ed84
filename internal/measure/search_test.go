package measure_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ec2-quarantine/quarantine/internal/lab/seeded"
)

func TestMain(m *testing.M) { os.Exit(seeded.Main(m, "60")) }

// TestSearch looks for an order of attempts, faults and hands that leaves a thing closed, or
// says that one is closed that is open. For a longer search with another seed:
//
//	go test ./internal/measure -run TestSearch -v -timeout 30m -rapid.checks=5000 -rapid.seed=$(date +%s)
func TestSearch(t *testing.T) {
	t.Parallel()
	var played atomic.Int64
	began := time.Now()
	t.Run("of", func(t *testing.T) {
		for name, draw := range map[string]func(*rapid.T, *scenario){"stopped": stopped, "stale": stale, "delayed": delayed, "late": late, "hands": touched, "everything": everything} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				rapid.Check(t, func(t *rapid.T) {
					s := incidents(t)
					draw(t, &s)
					played.Add(1)
					if problems := play(s); len(problems) > 0 {
						t.Fatalf("%s\nkeep it: echo '%s' > internal/measure/testdata/cases/NAME.json", strings.Join(problems, "\n"), s)
					}
				})
			})
		}
	})
	t.Logf("%d scenarios in %.1f s", played.Load(), time.Since(began).Seconds())
}

// incidents draws up to three incidents whose attempts and releases meet: each begins at the
// start, or about when one before is released, and is released a little or much later.
func incidents(t *rapid.T) scenario {
	s := scenario{
		Seed: uint64(spread(t, 1<<16)), Groups: rapid.Bool().Draw(t, "groups"),
		Impatient: rapid.IntRange(0, 3).Draw(t, "impatient") == 3, Slow: rapid.SampledFrom([]int{0, 0, 0, 20, 100}).Draw(t, "slow"),
	}
	began := []int{0}
	for range rapid.IntRange(1, 3).Draw(t, "incidents") {
		apply := rapid.SampledFrom(began).Draw(t, "with") + spread(t, 3000)
		release := apply + rapid.SampledFrom([]int{0, 1500, 1500, 5000, 60_000}).Draw(t, "for") + spread(t, 3000)
		s.Incidents, began = append(s.Incidents, times{apply, release}), append(began, release)
	}
	return s
}

// moment draws a time at which something of an incident's begins, or little later.
func moment(t *rapid.T, s *scenario) int {
	var all []int
	for _, i := range s.Incidents {
		all = append(all, i.Apply, i.Release)
	}
	return rapid.SampledFrom(all).Draw(t, "moment") + spread(t, 3000)
}

// spread draws a number below n with equal probability: rapid favours small numbers.
func spread(t *rapid.T, n int) int { return rapid.IntRange(0, 1<<20).Draw(t, "spread") * 7919 % n }

var writes = []string{
	"ModifyNetworkInterfaceAttribute", "ModifyNetworkInterfaceAttribute", "ModifyInstanceAttribute", "ModifyInstanceAttribute",
	"CreateSecurityGroup", "RevokeSecurityGroupEgress", "UpdateItem", "TransactWriteItems", "",
}

func drawn(t *rapid.T, s *scenario, kind string, operations ...string) fault {
	return fault{
		Kind: kind, Operation: rapid.SampledFrom(operations).Draw(t, "operation"), At: moment(t, s),
		Skip: rapid.IntRange(0, 3).Draw(t, "skip"), Times: rapid.IntRange(1, 3).Draw(t, "times"),
	}
}

// stopped draws faults that keep answers back, or end processes.
func stopped(t *rapid.T, s *scenario) {
	kind := rapid.SampledFrom(slices.DeleteFunc(slices.Sorted(maps.Keys(kinds)), func(k string) bool { return k == "delayed" || k == "stale" }))
	for range rapid.IntRange(1, 4).Draw(t, "faults") {
		s.Faults = append(s.Faults, drawn(t, s, kind.Draw(t, "kind"), writes...))
	}
}

// stale draws reads that are older than they seem.
func stale(t *rapid.T, s *scenario) {
	for range rapid.IntRange(1, 2).Draw(t, "stale reads") {
		f := drawn(t, s, "stale", "", "DescribeNetworkInterfaces", "DescribeInstanceAttribute", "DescribeSecurityGroups")
		f.Behind, f.Times = rapid.IntRange(1, 6).Draw(t, "behind"), rapid.SampledFrom([]int{0, 0, 1, 4}).Draw(t, "reads")
		s.Faults = append(s.Faults, f)
	}
}

var changes = []string{"ModifyNetworkInterfaceAttribute", "ModifyInstanceAttribute"}

// delayed draws calls that are carried out after their caller has given up, within its lease.
func delayed(t *rapid.T, s *scenario) {
	for range rapid.IntRange(1, 2).Draw(t, "delayed calls") {
		f := drawn(t, s, "delayed", append(changes, "CreateSecurityGroup", "RevokeSecurityGroupEgress")...)
		f.Delay = 1 + spread(t, 14)
		s.Faults = append(s.Faults, f)
	}
}

// late draws calls that are carried out after their caller's lease, or after their answer.
func late(t *rapid.T, s *scenario) {
	f := drawn(t, s, "delayed", changes...)
	f.Delay, f.Accepted = rapid.SampledFrom([]int{5, 40, 100, 300}).Draw(t, "delay"), rapid.Bool().Draw(t, "accepted")
	s.Faults = append(s.Faults, f)
}

// touched draws hands that change the things meanwhile.
func touched(t *rapid.T, s *scenario) {
	for range rapid.IntRange(1, 2).Draw(t, "hands") {
		s.Hands = append(s.Hands, hand{At: moment(t, s), Close: rapid.IntRange(0, 3).Draw(t, "close") == 3})
	}
}

func everything(t *rapid.T, s *scenario) {
	for _, draw := range []func(*rapid.T, *scenario){stopped, stale, delayed, touched} {
		if rapid.Bool().Draw(t, "of these") {
			draw(t, s)
		}
	}
}
