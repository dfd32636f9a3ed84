package headline_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func about(instances ...string) headline.Event {
	f := quarantine.Finding{Type: "CryptoCurrency", Severity: 8, ResourceType: "AccessKey", Remote: []string{"pool.miner.example"}}
	for _, id := range instances {
		f.Instances = append(f.Instances, quarantine.AccusedInstance{ID: id})
	}
	return headline.Event{Name: "file.json", Finding: &f}
}

func key() headline.Event {
	e := about()
	e.Finding.Key = &quarantine.AccusedKey{ID: "AKIAIOSFODNN7EXAMPLE", User: "alice", UserType: quarantine.UserTypeIAM}
	return e
}

func TestWhatAllFindingsAreAboutIsNamedOnce(t *testing.T) {
	t.Parallel()
	const gist = "CryptoCurrency  severity 8  pool.miner.example"
	for name, c := range map[string]struct {
		events []headline.Event
		about  string
		lines  []string
	}{
		"one thing":      {[]headline.Event{about("i-1"), about("i-1")}, "i-1", []string{gist, gist}},
		"two things":     {[]headline.Event{about("i-1"), about("i-2", "i-3")}, "", []string{"i-1  " + gist, "2 instances  " + gist}},
		"no finding":     {[]headline.Event{about("i-1"), {Name: "bad.json"}}, "", []string{"i-1  " + gist, "bad.json: no finding that can be read"}},
		"another kind":   {[]headline.Event{about()}, "no instance (AccessKey)", []string{gist}},
		"a key":          {[]headline.Event{key()}, "access key AKIAIOSFODNN7EXAMPLE of the user alice", []string{gist}},
		"nothing at all": {nil, "", nil},
	} {
		got, lines := headline.Of(c.events)
		if diff := cmp.Diff(c.lines, lines); got != c.about || diff != "" {
			t.Errorf("%s: about %q, want %q; lines (-want +got):\n%s", name, got, c.about, diff)
		}
	}
}
