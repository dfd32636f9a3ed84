package guardduty

import (
	"bytes"
	"context"
	"io"

	awsgd "github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// keep copies the body of the response into body, also where an attempt before it failed.
func keep(body *[]byte) func(*awsgd.Options) {
	read := middleware.DeserializeMiddlewareFunc("KeepBody", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleDeserialize(ctx, in)
		response, is := out.RawResponse.(*smithyhttp.Response)
		if err != nil || !is {
			return out, metadata, err
		}
		all, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		*body, response.Body = all, io.NopCloser(bytes.NewReader(all))
		return out, metadata, err
	})
	return awsgd.WithAPIOptions(func(stack *middleware.Stack) error {
		return stack.Deserialize.Add(read, middleware.After) // the last one is the first to have the response
	})
}
