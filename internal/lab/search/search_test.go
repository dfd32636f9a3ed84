package search_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ec2-quarantine/quarantine/internal/lab/search"
	"github.com/ec2-quarantine/quarantine/internal/lab/seeded"
)

func TestMain(m *testing.M) { os.Exit(seeded.Main(m, "6")) }

// TestSearch looks for a scenario that violates an invariant. For a longer search with
// another seed:
//
//	go test ./internal/lab/search -run TestSearch -v -timeout 30m -rapid.checks=1000 -rapid.seed=$(date +%s)
func TestSearch(t *testing.T) {
	t.Parallel()
	var played, executions, calls atomic.Int64
	began := time.Now()
	t.Run("of", func(t *testing.T) {
		for name, draw := range map[string]func(*rapid.T) search.Scenario{"peaceful": peaceful, "contested": contested, "reopened": reopened, "asked": asked, "troubled": troubled} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				rapid.Check(t, func(t *rapid.T) {
					s := draw(t)
					o, problems := judged(t, s)
					played.Add(1)
					executions.Add(int64(len(o.Report.Executions)))
					calls.Add(int64(len(o.Report.Calls)))
					if len(problems) > 0 {
						t.Fatal(reproduction(s, problems))
					}
				})
			})
		}
	})
	t.Logf("%d scenarios, %d executions, %d calls in %.0f s", played.Load(), executions.Load(), calls.Load(), time.Since(began).Seconds())
}

// judged plays a scenario and returns the violations.
func judged(t interface{ Fatal(...any) }, s search.Scenario) (search.Outcome, []string) {
	o, err := search.Play(context.Background(), s, false)
	if err != nil {
		t.Fatal(reproduction(s, []string{err.Error()}))
	}
	var problems []string
	for _, v := range o.Broken() {
		problems = append(problems, v.String())
	}
	return o, problems
}

// reproduction is a failure message with the violations and the command that keeps the scenario as a case.
func reproduction(s search.Scenario, problems []string) string {
	return fmt.Sprintf("%s\nkeep it: echo '%s' > internal/lab/search/testdata/cases/NAME.json && go test ./internal/lab/search -run TestCases",
		strings.Join(problems, "\n"), s)
}
