package eventbridge_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/eventbridge"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var news = quarantine.Message{Kind: quarantine.KindContained, Data: json.RawMessage(`{"version":1}`)}

func TestADetailTypeIsTheKindInWords(t *testing.T) {
	t.Parallel()
	for kind, want := range map[quarantine.MessageKind]string{
		quarantine.KindContained: "Quarantine Contained", quarantine.KindApprovalAsked: "Quarantine Approval Asked",
		quarantine.KindToldOnly: "Quarantine Told Only", "": "Quarantine ", "a--b": "Quarantine A  B",
	} {
		if got := eventbridge.DetailType(kind); got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
}

func TestFaultsOfTheAccountAreNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault      account.Fault
		name, says string
	}{
		{account.Fault{Kind: account.Throttle}, quarantine.Throttled, "later"},
		{account.Fault{Kind: account.ServerError}, quarantine.Unavailable, "again"},
		{account.Fault{Kind: account.Deny}, quarantine.AccessDenied, "allow events:PutEvents"},
		{account.Fault{Kind: account.TimeoutBefore}, quarantine.Unavailable, "did not answer"},
		{account.Fault{Kind: account.TimeoutAfter}, quarantine.Unavailable, "the event may be on the bus"},
		{account.Fault{Kind: account.Code, Code: "NotAuthorizedForSourceException"}, quarantine.AccessDenied, "in the bus's policy"},
		{account.Fault{Kind: account.Code, Code: "InternalFailure"}, quarantine.Unavailable, "again"},
		{account.Fault{Kind: account.Code, Code: "New"}, quarantine.BadRequest, "name of the bus"},
	} {
		synctest.Test(t, func(t *testing.T) {
			acct := account.New(account.Options{})
			c.fault.Service = "events"
			acct.Inject(c.fault)
			err := eventbridge.New(acct.EventBridge(), account.DefaultBus, quarantine.SystemClock{}).Send(t.Context(), news)
			if !quarantine.Is(err, c.name) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%d %s: got %v, want %s saying %q", c.fault.Kind, c.fault.Code, err, c.name, c.says)
			}
		})
	}
}

func TestAnEventThatIsNotTakenForNowIsPutAgain(t *testing.T) {
	t.Parallel()
	for times, c := range map[int]struct {
		want string
		took time.Duration
	}{1: {"", 200 * time.Millisecond}, 2: {"", 600 * time.Millisecond}, 3: {quarantine.Throttled, 600 * time.Millisecond}} {
		synctest.Test(t, func(t *testing.T) {
			acct, began := account.New(account.Options{}), time.Now()
			acct.Inject(account.Fault{Service: "events", Kind: account.Throttle, Times: times})
			err := eventbridge.New(acct.EventBridge(), account.DefaultBus, quarantine.SystemClock{}).Send(t.Context(), news)
			if took := time.Since(began); quarantine.NameOf(err) != c.want && err != nil || (err != nil) != (c.want != "") || took != c.took {
				t.Errorf("throttled %d times: %v after %s", times, err, took)
			}
			if got := len(acct.Events()); (got == 1) != (c.want == "") {
				t.Errorf("throttled %d times: %d events", times, got)
			}
		})
	}
}

func TestAnEventThatIsRefusedIsNotPutAgain(t *testing.T) {
	t.Parallel()
	acct := account.New(account.Options{})
	bad := news
	bad.Data = json.RawMessage("text")
	err := eventbridge.New(acct.EventBridge(), account.DefaultBus, quarantine.SystemClock{}).Send(t.Context(), bad)
	if !quarantine.Is(err, quarantine.BadRequest) || !strings.Contains(err.Error(), "MalformedDetail") || len(acct.Calls()) != 1 {
		t.Errorf("%v after %d calls", err, len(acct.Calls()))
	}
}
