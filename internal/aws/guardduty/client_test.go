package guardduty_test

import (
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsgd "github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/aws/guardduty/guarddutytest"
	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/backtest/backtesttest"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// client is one of the SDK's, against a server.
func client(t *testing.T, s *guarddutytest.Server, attempts int) *guardduty.Client {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return guardduty.New(awsgd.New(awsgd.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.Backoff = attempts, retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		}),
	}))
}

func lines(n int) []string {
	return strings.Split(strings.TrimSuffix(backtesttest.Lines(1, n), "\n"), "\n")
}

func read(t *testing.T, bodies []json.RawMessage) (in backtest.Input) {
	t.Helper()
	for _, b := range bodies {
		in.Add(backtest.Read("detector", b))
	}
	if len(in.Unread) > 0 {
		t.Fatalf("not read: %v", in.Unread)
	}
	return in
}

// What goes through the API comes to the same as what an export to S3 has.
func TestEveryPageOfFindingsIsReadAsGuardDutyWroteIt(t *testing.T) {
	t.Parallel()
	s := &guarddutytest.Server{Lines: lines(120), Throttles: 2}
	c := client(t, s, 3)
	detectors, err := c.Detectors(t.Context())
	if err != nil || !slices.Equal(detectors, []string{guarddutytest.Detector}) {
		t.Fatal(detectors, err)
	}
	var told [][2]int
	bodies, gone, err := c.Findings(t.Context(), detectors[0], time.Time{}, func(read, of int) { told = append(told, [2]int{read, of}) })
	if err != nil || gone != 0 {
		t.Fatal(gone, err)
	}
	want := backtest.Read("file", []byte(strings.Join(s.Lines, "\n"))).Findings
	got := read(t, bodies).Findings
	order := func(a, b backtest.Finding) int { return strings.Compare(a.ID, b.ID) }
	slices.SortFunc(want, order)
	slices.SortFunc(got, order)
	for i := range got {
		got[i].Place = want[i].Place
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if want := [][2]int{{0, 50}, {0, 100}, {0, 120}, {50, 120}, {100, 120}, {120, 120}}; !slices.Equal(told, want) {
		t.Errorf("progress %v, want %v", told, want)
	}
	if calls := strings.Join(s.Calls(), " "); calls != "ListDetectors ListFindings ListFindings ListFindings GetFindings GetFindings GetFindings" {
		t.Error(calls)
	}
}

func TestOnlyFindingsSinceATimeAreAskedForAndWhatIsDroppedIsCounted(t *testing.T) {
	t.Parallel()
	all := backtest.Read("file", []byte(strings.Join(lines(60), "\n"))).Findings
	since, want := all[30].UpdatedAt, 0
	for _, f := range all {
		if !f.UpdatedAt.Before(since) {
			want++
		}
	}
	c := client(t, &guarddutytest.Server{Lines: lines(60), Dropped: all[30].ID}, 1)
	bodies, gone, err := c.Findings(t.Context(), guarddutytest.Detector, since, func(int, int) {})
	if got := len(read(t, bodies).Findings); err != nil || gone != 1 || got != want-1 || want < 2 || want == 60 {
		t.Errorf("%d findings and %d gone, want %d and 1: %v", got, gone, want-1, err)
	}
}

func TestOneFindingIsReadByItsID(t *testing.T) {
	t.Parallel()
	all := lines(5)
	want := backtest.Read("file", []byte(all[3])).Findings[0]
	c := client(t, &guarddutytest.Server{Lines: all}, 1)
	body, err := c.Finding(t.Context(), guarddutytest.Detector, want.ID)
	if got := read(t, []json.RawMessage{body}).Findings; err != nil || len(got) != 1 || got[0].ID != want.ID {
		t.Errorf("%+v, %v", got, err)
	}
	if body, err := c.Finding(t.Context(), guarddutytest.Detector, "0123456789abcdef0123456789abcdef"); body != nil || err != nil {
		t.Errorf("one that is not there: %s, %v", body, err)
	}
	if _, err := c.Finding(t.Context(), "another", want.ID); !quarantine.Is(err, quarantine.BadRequest) || !strings.Contains(err.Error(), "no such detector") {
		t.Errorf("of a detector that is not the account's: %v", err)
	}
}

func TestWhatIsDeniedOrThrottledForLongSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for says, s := range map[string]*guarddutytest.Server{
		"GuardDuty denied ListFindings: you need the action guardduty:ListFindings": {Lines: lines(3), Denied: []string{"ListFindings"}},
		"GuardDuty denied GetFindings: you need the action guardduty:GetFindings":   {Lines: lines(3), Denied: []string{"GetFindings"}},
		"GuardDuty throttled ListFindings many times over":                          {Lines: lines(3), Throttles: 5},
	} {
		_, _, err := client(t, s, 3).Findings(t.Context(), guarddutytest.Detector, time.Time{}, func(int, int) {})
		if err == nil || !strings.HasPrefix(err.Error(), says) {
			t.Errorf("got %v, want %s", err, says)
		}
	}
}

// Moto has detectors, and no findings.
func TestDetectorsOverMoto(t *testing.T) {
	t.Parallel()
	api := awsgd.NewFromConfig(moto.NewAccount(t).Config())
	c := guardduty.New(api)
	if none, err := c.Detectors(t.Context()); err != nil || len(none) != 0 {
		t.Errorf("%v, %v", none, err)
	}
	made, err := api.CreateDetector(t.Context(), &awsgd.CreateDetectorInput{Enable: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	if one, err := c.Detectors(t.Context()); err != nil || !slices.Equal(one, []string{*made.DetectorId}) {
		t.Errorf("%v, %v", one, err)
	}
	if _, _, err := c.Findings(t.Context(), *made.DetectorId, time.Time{}, func(int, int) {}); !quarantine.Is(err, quarantine.Unexpected) {
		t.Errorf("moto lists findings now: hold the contract to it (%v)", err)
	}
}
