package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/slim"
	"github.com/ec2-quarantine/quarantine/internal/drill"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// answerTime is how long an answer may take.
const answerTime = 5 * time.Second

// pagePort is the one that the demo's security group lets in.
const pagePort = 80

// flows are connections to the page of the drill's instance, whose interface and security group its own
// stack has made for it.
type flows struct {
	ec2               slim.EC2
	address           string
	interfaceID, sgID string
}

var _ drill.Flows = (*flows)(nil)

// flowsTo are those to an instance, by its page.
func flowsTo(api slim.EC2, page string, i quarantine.Instance) (*flows, error) {
	u, err := url.Parse(page)
	if err != nil {
		return nil, err
	}
	address := u.Host
	if u.Port() == "" {
		address = net.JoinHostPort(u.Hostname(), "80")
	}
	if len(i.Interfaces) != 1 || len(i.Interfaces[0].SecurityGroups) != 1 {
		return nil, errors.New("the drill's instance has more than one interface or security group")
	}
	return &flows{api, address, i.Interfaces[0].ID, i.Interfaces[0].SecurityGroups[0]}, nil
}

// Dial opens a connection that sends nothing by itself.
func (f *flows) Dial(ctx context.Context) (drill.Flow, error) {
	d := net.Dialer{Timeout: answerTime, KeepAlive: -1}
	c, err := d.DialContext(ctx, "tcp", f.address)
	if err != nil {
		return nil, err
	}
	return &flow{Conn: c}, nil
}

// Shorten sets the timeout of established connections.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html
func (f *flows) Shorten(ctx context.Context) error {
	_, err := f.ec2.ModifyNetworkInterfaceAttribute(ctx, &awsec2.ModifyNetworkInterfaceAttributeInput{NetworkInterfaceId: &f.interfaceID,
		ConnectionTrackingSpecification: &types.ConnectionTrackingSpecificationRequest{TcpEstablishedTimeout: aws.Int32(drill.ShortestTimeout)}})
	return err
}

// rule is the one of infra/demo.yaml that lets everybody in.
func (f *flows) rule() []types.IpPermission {
	return []types.IpPermission{{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(pagePort), ToPort: aws.Int32(pagePort),
		IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0"), Description: aws.String("the page")}}}}
}

// Shut takes the rule away.
func (f *flows) Shut(ctx context.Context) error {
	_, err := f.ec2.RevokeSecurityGroupIngress(ctx, &awsec2.RevokeSecurityGroupIngressInput{GroupId: &f.sgID, IpPermissions: f.rule()})
	return err
}

// Reopen puts the rule back.
func (f *flows) Reopen(ctx context.Context) error {
	if _, err := f.ec2.AuthorizeSecurityGroupIngress(ctx, &awsec2.AuthorizeSecurityGroupIngressInput{GroupId: &f.sgID, IpPermissions: f.rule()}); err != nil {
		return fmt.Errorf("the rule of the drill's own security group %s could not be put back: %w", f.sgID, err)
	}
	return nil
}

// flow is a connection on which a request for the page is made in pieces.
type flow struct {
	net.Conn
	begun bool
}

func (f *flow) send(text string) error {
	if !f.begun {
		f.begun, text = true, "GET / HTTP/1.0\r\n"+text
	}
	if err := f.SetDeadline(time.Now().Add(answerTime)); err != nil {
		return err
	}
	_, err := f.Write([]byte(text))
	return err
}

// Touch sends a header of the request.
func (f *flow) Touch() error { return f.send("X-Drill: 1\r\n") }

// Answered ends the request, and reads whether an answer begins.
func (f *flow) Answered() bool {
	if f.send("\r\n") != nil {
		return false
	}
	line, err := bufio.NewReader(f).ReadString('\n')
	return err == nil && strings.HasPrefix(line, "HTTP/")
}

// trackedFlows measures tracked flows, before anything is cut.
func (r *drillRun) trackedFlows(ctx context.Context, i quarantine.Instance) error {
	if !r.Flows {
		r.receipt.Measured = append(r.receipt.Measured, drill.NotShortened())
		return nil
	}
	f, err := flowsTo(r.aws.ec2, r.receipt.Demo.URL, i)
	if err != nil {
		return err
	}
	if err := r.check.Reachable(ctx); err != nil {
		return err
	}
	r.progress("measuring whether tracked flows end; that takes about four minutes")
	m, err := drill.TrackedFlows(ctx, f, quarantine.SystemClock{})
	r.receipt.Measured = append(r.receipt.Measured, m)
	return err
}
