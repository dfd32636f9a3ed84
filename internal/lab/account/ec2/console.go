package ec2

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	"image/jpeg"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var getConsoleOutput = call.Operation{
	Name:  "GetConsoleOutput",
	Needs: []string{"InstanceId"}, Reads: []string{"Latest"},
}

// GetConsoleOutput follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
//
// The output is Base64-encoded, and missing if there is none.
func (c *Client) GetConsoleOutput(ctx context.Context, in *ec2.GetConsoleOutputInput, _ ...func(*ec2.Options)) (*ec2.GetConsoleOutputOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, getConsoleOutput, in, func(in *ec2.GetConsoleOutputInput) (*ec2.GetConsoleOutputOutput, error) {
		if _, err := lookup(KindInstance, &r.storage.instances, []string{*in.InstanceId}); err != nil {
			return nil, err
		}
		out := &ec2.GetConsoleOutputOutput{InstanceId: in.InstanceId, Timestamp: aws.Time(r.service.Now())}
		if text, ok := r.storage.consoles[*in.InstanceId]; ok {
			out.Output = aws.String(base64.StdEncoding.EncodeToString([]byte(text)))
		}
		return out, nil
	})
}

var getConsoleScreenshot = call.Operation{
	Name:  "GetConsoleScreenshot",
	Needs: []string{"InstanceId"},
}

// GetConsoleScreenshot follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleScreenshot.html
//
// Every screen is black. Which code EC2 answers for an instance without a screen is not
// documented; here it is UnsupportedOperation for bare metal.
func (c *Client) GetConsoleScreenshot(ctx context.Context, in *ec2.GetConsoleScreenshotInput, _ ...func(*ec2.Options)) (*ec2.GetConsoleScreenshotOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, getConsoleScreenshot, in, func(in *ec2.GetConsoleScreenshotInput) (*ec2.GetConsoleScreenshotOutput, error) {
		found, err := lookup(KindInstance, &r.storage.instances, []string{*in.InstanceId})
		if err != nil {
			return nil, err
		}
		switch i := found[0]; {
		case i.State.Name != types.InstanceStateNameRunning:
			return nil, call.Fail("IncorrectInstanceState", "The instance '%s' must be in the 'running' state.", *in.InstanceId)
		case strings.Contains(string(i.InstanceType), "metal"):
			return nil, call.Fail("UnsupportedOperation", "Instance type %s does not support screenshots.", i.InstanceType)
		}
		return &ec2.GetConsoleScreenshotOutput{InstanceId: in.InstanceId, ImageData: aws.String(blackScreen())}, nil
	})
}

// blackScreen is a JPEG of an empty screen, Base64-encoded.
var blackScreen = sync.OnceValue(func() string {
	var picture bytes.Buffer
	mustWork(jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 640, 400)), nil))
	return base64.StdEncoding.EncodeToString(picture.Bytes())
})
