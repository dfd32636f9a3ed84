package recorded_test

import (
	"os"
	"testing"
	"testing/synctest"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
	"github.com/ec2-quarantine/quarantine/internal/local/asl/recorded"
)

// TestOursAgreesWithTheOtherInterpreter runs every case and compares the histories.
func TestOursAgreesWithTheOtherInterpreter(t *testing.T) {
	t.Parallel()
	cases, err := recorded.Load(os.DirFS("testdata"))
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 30 {
		t.Fatalf("only %d cases: some are lost", len(cases))
	}
	var found []recorded.Found
	for _, c := range cases {
		synctest.Test(t, func(t *testing.T) {
			m, err := asl.Parse(c.Definition)
			if err != nil {
				t.Fatalf("%s: %v", c.Name, err)
			}
			differs, err := recorded.Replay(t.Context(), c, m)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, differs...)
		})
	}
	for _, wrong := range recorded.Judge(cases, found) {
		t.Error(wrong)
	}
}
