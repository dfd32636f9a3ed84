package democheck_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// instance is the demo's instance, as EC2 describes it.
func instance() quarantine.Instance {
	return quarantine.Instance{
		ID: demo.Resource.ID, AccountID: demo.Resource.AccountID, State: "running", Type: "t4g.micro", ImageID: "ami-0123456789abcdef0",
		LaunchedAt: time.Date(2026, 2, 3, 4, 0, 0, 0, time.UTC),
		Tags:       map[string]string{"Name": demo.Stack, democheck.TagDemo: "true", "aws:cloudformation:stack-name": demo.Stack},
		Interfaces: []quarantine.Interface{{
			ID: "eni-0123456789abcdef0", VPCID: demo.VPCID, SubnetID: demo.SubnetID, PrivateIP: "10.99.0.10", PublicIP: "203.0.113.10",
			SecurityGroups: []string{"sg-0123456789abcdef0"},
		}},
	}
}

func TestTheDemoIsReadFromItsStacksOutputs(t *testing.T) {
	t.Parallel()
	outputs := map[string]string{"InstanceId": demo.Resource.ID, "VpcId": demo.VPCID, "SubnetId": demo.SubnetID, "WebUrl": demo.URL}
	got, err := democheck.FromOutputs(demo.Stack, demo.Resource.AccountID, demo.Resource.Region, outputs)
	if err != nil || got != demo {
		t.Fatalf("%+v, %v", got, err)
	}
	delete(outputs, "WebUrl")
	delete(outputs, "VpcId")
	_, err = democheck.FromOutputs(demo.Stack, demo.Resource.AccountID, demo.Resource.Region, outputs)
	if not, ok := errors.AsType[*democheck.NotDemoError](err); !ok || len(not.Why) != 2 || !strings.Contains(err.Error(), "infra/demo.yaml") {
		t.Errorf("%v", err)
	}
}

func TestAnInstanceThatIsNotTheDemosIsRefused(t *testing.T) {
	t.Parallel()
	if err := demo.Check(instance()); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*quarantine.Instance)
		says   string
	}{
		"without the mark":  {func(i *quarantine.Instance) { delete(i.Tags, democheck.TagDemo) }, "no tag " + democheck.TagDemo},
		"of another stack":  {func(i *quarantine.Instance) { i.Tags["aws:cloudformation:stack-name"] = "shop" }, `is "shop"`},
		"of no stack":       {func(i *quarantine.Instance) { delete(i.Tags, "aws:cloudformation:stack-name") }, "does not belong"},
		"in another subnet": {func(i *quarantine.Instance) { i.Interfaces[0].SubnetID = "subnet-1" }, "interfaces in subnet-1"},
		"in another VPC":    {func(i *quarantine.Instance) { i.Interfaces[0].VPCID = "vpc-1" }, "alone"},
		"in one more": {func(i *quarantine.Instance) {
			i.Interfaces = append(i.Interfaces, quarantine.Interface{SubnetID: "subnet-1"})
		}, "subnet-1"},
		"with no interface (any)": {func(i *quarantine.Instance) { i.Interfaces = nil }, "alone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := instance()
			c.change(&i)
			err := demo.Check(i)
			if _, ok := errors.AsType[*democheck.NotDemoError](err); !ok || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v does not contain %q", err, c.says)
			}
		})
	}
}

func TestADrillsFindingIsolatesAndSaysThatItIsADrill(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.UTC)
	event, err := democheck.DrillEvent(demo, instance(), "aws", "arn:aws:iam::111122223333:user/somebody", "demo-check", "drill-20260203T040506-0a", now)
	if err != nil {
		t.Fatal(err)
	}
	f, err := guardduty.Parse(event)
	if err != nil {
		t.Fatal(err)
	}
	if verdict := triage.DefaultPolicy().Judge(f, now); verdict.Action != quarantine.ActionIsolate {
		t.Errorf("the default policy's action for a drill is %s: %+v", verdict.Action, verdict.Reasons)
	}
	if f.Sample || f.Archived || !strings.HasPrefix(f.Title, "DRILL by quarantine demo-check") || !strings.HasPrefix(f.ID, "drill-") ||
		!strings.Contains(f.Description, "GuardDuty has reported nothing") || !strings.Contains(f.Description, "user/somebody") {
		t.Errorf("%+v", f)
	}
	if targets := f.Resources(); len(targets) != 1 || targets[0] != demo.Resource || !f.UpdatedAt.Equal(now) {
		t.Errorf("the finding is about %v, at %s", targets, f.UpdatedAt)
	}
	if vpcs := f.Instances[0].VPCs(); len(vpcs) != 1 || vpcs[0] != demo.VPCID {
		t.Errorf("the finding names the VPCs %v", vpcs)
	}
}

func TestEachRequestUsesANewConnectionAndFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	connections := map[string]bool{}
	elsewhere := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		connections[r.RemoteAddr] = true
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		case "/elsewhere":
			elsewhere = true
		case "/broken":
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	for path, want := range map[string]int{"/": 200, "/again": 200, "/moved": 302, "/broken": 500} {
		b, err := democheck.NewBrowser(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.Get(t.Context()); got.Status != want {
			t.Errorf("%s: %+v", path, got)
		}
		if got := b.Get(t.Context()); got.Status != want {
			t.Errorf("%s again: %+v", path, got)
		}
	}
	if elsewhere || len(connections) != 8 {
		t.Errorf("%d connections for 8 requests; followed: %v", len(connections), elsewhere)
	}
	b, _ := democheck.NewBrowser(server.URL)
	server.Close()
	if got := b.Get(t.Context()); got.Status != 0 || got.Silent || got.Why == "" {
		t.Errorf("a server that is down answers %+v", got)
	}
	for _, address := range []string{"", "example.com", "ftp://example.com/", "http://", "http://[::1"} {
		if _, err := democheck.NewBrowser(address); err == nil {
			t.Errorf("%q is accepted as a page's address", address)
		}
	}
}

func TestAPageIsSilentOnlyIfThereIsNoAnswerInTime(t *testing.T) {
	t.Parallel()
	hangs := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/resets" {
			if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
				_ = c.Close()
			}
			return
		}
		select {
		case <-hangs:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(func() {
		close(hangs)
		server.Close()
	})
	for path, want := range map[string]bool{"/hangs": true, "/resets": false} {
		b, err := democheck.NewBrowser(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.Get(t.Context()); got.Status != 0 || got.Silent != want {
			t.Errorf("%s: %+v", path, got)
		}
	}
}
