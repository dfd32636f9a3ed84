package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/aws/slim"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func oneInterface(sg string) quarantine.Instance {
	return quarantine.Instance{Interfaces: []quarantine.Interface{{ID: "eni-1", SecurityGroups: []string{sg}}}}
}

func TestAConnectionIsAnsweredWhetherItWasIdleOrInUse(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler()) // any answer is one
	t.Cleanup(server.Close)
	f, err := flowsTo(slim.EC2{}, server.URL, oneInterface("sg-1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, touches := range []int{0, 1, 9} {
		c, err := f.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range touches {
			if err := c.Touch(); err != nil {
				t.Error(err)
			}
		}
		if !c.Answered() {
			t.Errorf("after %d headers there is no answer", touches)
		}
		_ = c.Close()
	}
}

func TestAConnectionThatIsResetIsNotAnswered(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		if c, err := l.Accept(); err == nil {
			_ = c.Close()
		}
	}()
	f, err := flowsTo(slim.EC2{}, "http://"+l.Addr().String()+"/", oneInterface("sg-1"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := f.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.Answered() {
		t.Error("it is answered")
	}
	_ = l.Close()
	if _, err := f.Dial(t.Context()); err == nil {
		t.Error("a connection to nothing is open")
	}
}

func TestThePageIsAtItsPort(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]string{"http://203.0.113.10/": "203.0.113.10:80", "http://203.0.113.10:8080/": "203.0.113.10:8080"} {
		if f, err := flowsTo(slim.EC2{}, page, oneInterface("sg-1")); err != nil || f.address != want {
			t.Errorf("%s: %+v, %v", page, f, err)
		}
	}
	if _, err := flowsTo(slim.EC2{}, "http://203.0.113.10/", quarantine.Instance{}); err == nil {
		t.Error("an instance without an interface is none that the drill has made")
	}
}

// The demo's rule is taken away and put back.
func TestTheRuleThatLetsConnectionsInIsTakenAwayAndPutBackOverMoto(t *testing.T) {
	t.Parallel()
	account := moto.NewAccount(t)
	api, ctx := awsec2.NewFromConfig(account.Config()), t.Context()
	made, err := api.CreateSecurityGroup(ctx, &awsec2.CreateSecurityGroupInput{GroupName: aws.String("page"), Description: aws.String("page")})
	if err != nil {
		t.Fatal(err)
	}
	f, err := flowsTo(slim.NewEC2(account.Config()), "http://203.0.113.10/", oneInterface(*made.GroupId))
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		do    func() error
		rules int
	}{{func() error { return f.Reopen(ctx) }, 1}, {func() error { return f.Shut(ctx) }, 0}, {func() error { return f.Reopen(ctx) }, 1}} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		found, err := api.DescribeSecurityGroups(ctx, &awsec2.DescribeSecurityGroupsInput{GroupIds: []string{*made.GroupId}})
		if err != nil || len(found.SecurityGroups) != 1 || len(found.SecurityGroups[0].IpPermissions) != step.rules {
			t.Errorf("%+v, %v; want %d rules", found, err, step.rules)
		}
	}
}
