package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var bootstrap string

func TestMain(m *testing.M) { os.Exit(lambdaapi.Main(m, &bootstrap)) }

const request = `{"incident":"inc-1","resource":{"kind":"instance","accountId":"111122223333","region":"us-east-1","id":"i-0abcdef1234567890"},
	"finding":{},"execution":{"id":"arn:aws:states:us-east-1:111122223333:execution:quarantine:run-1","name":"run-1"}}`

var table = map[string]string{"LEDGER_TABLE": "quarantine", "ACCOUNT_ID": "111122223333"}

func fails(t *testing.T, a lambdaapi.Answer, name, text string) {
	t.Helper()
	if a.Error == nil || a.Error.Type != name || !strings.Contains(a.Error.Message, text) {
		t.Errorf("got %v %s, want %s: %s", a.Error, a.Payload, name, text)
	}
}

func TestASetOfSnapshotsWhoseAnswerIsLostIsNotTakenTwice(t *testing.T) {
	t.Parallel()
	e := lambdaapi.NewEndpoint(t, func(w http.ResponseWriter, _ *http.Request, action string) {
		switch action {
		case "DescribeVolumes":
			_, _ = fmt.Fprint(w, `<DescribeVolumesResponse><volumeSet><item><volumeId>vol-1</volumeId></item></volumeSet></DescribeVolumesResponse>`)
		case "DescribeSnapshots":
			_, _ = fmt.Fprint(w, `<DescribeSnapshotsResponse><snapshotSet/></DescribeSnapshotsResponse>`)
		default:
			lambdaapi.RefuseEC2(w, http.StatusInternalServerError, "InternalError")
		}
	})
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Endpoint: e.URL, Env: table, Timeout: quiteLong})
	fails(t, f.Invoke(t.Context(), request), quarantine.Unavailable, "CreateSnapshots")
	if got := e.Calls("CreateSnapshots"); got != 1 {
		t.Errorf("CreateSnapshots was tried %d times", got)
	}
	if got := e.Calls("DescribeInstances"); got != 2 {
		t.Errorf("DescribeInstances, which changes nothing, was tried %d times", got)
	}
}

// quiteLong is enough for every other call to be tried twice, and too short for
// listing the snapshots a second time, which happens five seconds later.
const quiteLong = 4 * time.Second

func TestARequestWithoutIncidentIsABadRequest(t *testing.T) {
	t.Parallel()
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Env: table})
	fails(t, f.Invoke(t.Context(), `{}`), quarantine.BadRequest, "names no incident")
}

func TestAFunctionWithoutItsTableSaysSo(t *testing.T) {
	t.Parallel()
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap})
	fails(t, f.Invoke(t.Context(), request), quarantine.Unexpected, "LEDGER_TABLE is not set")
}
