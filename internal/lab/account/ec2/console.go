package ec2

import (
	"context"
	"encoding/base64"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

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
