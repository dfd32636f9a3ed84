package history_test

import (
	"os"
	"testing"
	"testing/synctest"

	"github.com/ec2-quarantine/quarantine/internal/asl"
	"github.com/ec2-quarantine/quarantine/internal/asl/history"
)

// TestOursAgreesWithTheOtherInterpreter runs every case here and compares the histories.
func TestOursAgreesWithTheOtherInterpreter(t *testing.T) {
	t.Parallel()
	cases, err := history.Load(os.DirFS("testdata"))
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 30 {
		t.Fatalf("only %d cases: some are lost", len(cases))
	}
	var found []history.Found
	for _, c := range cases {
		synctest.Test(t, func(t *testing.T) {
			m, err := asl.Parse(c.Definition)
			if err != nil {
				t.Fatalf("%s: %v", c.Name, err)
			}
			differs, err := history.Replay(t.Context(), c, m)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, differs...)
		})
	}
	for _, wrong := range history.Judge(cases, found) {
		t.Error(wrong)
	}
}
