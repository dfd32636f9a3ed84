package kinds_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const keyID = "AKIAIOSFODNN7EXAMPLE"

func key() quarantine.Resource {
	return quarantine.Resource{Kind: quarantine.KindAccessKey, AccountID: "111122223333", Region: "us-east-1", ID: keyID}
}

// texts are all texts of a kind, by their fields.
func texts(w kinds.Words) map[string]string {
	out := map[string]string{"Contained": w.Contained(1)}
	var collect func(v reflect.Value, path string)
	collect = func(v reflect.Value, path string) {
		for i := range v.NumField() {
			name := path + v.Type().Field(i).Name
			switch f := v.Field(i); {
			case f.Kind() == reflect.String:
				out[name] = f.String()
			case f.Kind() == reflect.Struct && name != "Cut":
				collect(f, name+".")
			}
		}
	}
	collect(reflect.ValueOf(w), "")
	return out
}

// Whoever prints a text does not ask of which kind it is: everything is there, with as many
// arguments as that of an instance takes.
func TestEveryKindSaysEverything(t *testing.T) {
	t.Parallel()
	optional := map[string]bool{"Before": true, "Release.Look": true, "Failed.Gone": true}
	of := texts(kinds.Of(quarantine.KindInstance))
	if len(of) < 40 {
		t.Fatalf("%d texts: this test tests nothing", len(of))
	}
	for _, k := range []quarantine.Kind{quarantine.KindInstance, quarantine.KindAccessKey, "role"} {
		w := kinds.Of(k)
		for name, text := range texts(w) {
			if text == "" && !optional[name] {
				t.Errorf("%s: not a word in %s", k, name)
			}
			if strings.Count(text, "%") != strings.Count(of[name], "%") {
				t.Errorf("%s: %s takes other arguments than that of an instance: %q", k, name, text)
			}
		}
		for what, steps := range map[string]int{"ByHand": len(w.Cut.ByHand(quarantine.Resource{}, nil)), "LookByHand": len(w.Cut.LookByHand(quarantine.Resource{}, nil))} {
			if steps == 0 && k != "role" {
				t.Errorf("%s: no steps %s", k, what)
			}
		}
	}
}

// What the register has for a kind is what its words are about.
func TestEveryCutHasTheWordsOfItsKind(t *testing.T) {
	t.Parallel()
	cuts := 0
	for _, m := range register.All() {
		if m.Cut {
			cuts++
			if got := kinds.Of(m.Kind); got.Cut.Name != m.Name || got.Noun == kinds.Of("of another version").Noun {
				t.Errorf("an incident of kind %s is contained by %s, and its words are of %s: give it an entry", m.Kind, m.Name, got.Cut.Name)
			}
		}
	}
	if cuts < 2 {
		t.Errorf("%d cuts: this test tests nothing", cuts)
	}
}

func TestOfAKeyNothingIsSaidThatIsTrueOfAHostAlone(t *testing.T) {
	t.Parallel()
	w := kinds.Of(quarantine.KindAccessKey)
	all := texts(w)
	for n, steps := range append(w.Next(key(), nil), w.Evidence.ByHand(key(), nil, "inc-1")...) {
		all[fmt.Sprintf("step %d", n)] = fmt.Sprint(steps)
	}
	for name, text := range all {
		for _, host := range []string{"instance", "EC2", "subnet", "network", "neighbour", "volume", "snapshot", "cut off", "hosts"} {
			if strings.Contains(text, host) {
				t.Errorf("%s: %q says %s", name, text, host)
			}
		}
	}
}

func TestAResourceIsNamedAsFarAsItIsKnown(t *testing.T) {
	t.Parallel()
	held := func(things ...string) (out []quarantine.Hold) {
		for _, thing := range things {
			out = append(out, quarantine.Hold{Measure: "access-key", Thing: thing})
		}
		return out
	}
	for name, c := range map[string]struct {
		of    quarantine.Resource
		holds []quarantine.Hold
		want  string
	}{
		"an instance":       {of: quarantine.Resource{Kind: quarantine.KindInstance, ID: "i-1"}, want: "i-1"},
		"a key":             {of: key(), holds: held("alice/" + keyID), want: "access key " + keyID + " of the user alice"},
		"a root user's key": {of: key(), holds: held(keyID), want: "access key " + keyID},
		"nothing is known":  {of: key(), want: "access key " + keyID},
		"another key":       {of: key(), holds: held("bob/AKIA1"), want: "access key " + keyID},
		"another version's": {of: quarantine.Resource{Kind: "role", ID: "AROA1"}, want: "resource AROA1"},
	} {
		if got := kinds.Named(c.of, c.holds); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A finding names whose key it is before anything is on record.
func TestAFindingNamesTheThingsOfTheCut(t *testing.T) {
	t.Parallel()
	f := quarantine.Finding{Key: &quarantine.AccusedKey{ID: keyID, User: "alice", UserType: quarantine.UserTypeIAM}}
	w := kinds.Of(quarantine.KindAccessKey)
	if got := w.What(key(), w.Accused(key(), f)); got != "the access key "+keyID+" of the user alice" {
		t.Error(got)
	}
	f.Key.ID = "AKIA1"
	if got := w.Accused(key(), f); got != nil {
		t.Errorf("of a finding about another key: %v", got)
	}
}

func TestTheConsoleShowsAKeyAtItsUser(t *testing.T) {
	t.Parallel()
	w := kinds.Of(quarantine.KindAccessKey)
	for user, want := range map[string]string{
		"alice/" + keyID:       "iam /users/details/alice?section=security_credentials",
		"a@b, c=d/" + keyID:    "iam /users/details/a@b%2C%20c=d?section=security_credentials",
		"somebody's/AKIAOTHER": "iam /users",
	} {
		service, fragment := w.Console(key(), []quarantine.Hold{{Measure: "access-key", Thing: user}})
		if got := service + " " + fragment; got != want {
			t.Errorf("%s: %q, want %q", user, got, want)
		}
	}
}
