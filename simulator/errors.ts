/** Twilio's error envelope and the messages of its error dictionary, for the codes this simulator answers with. */

const MESSAGES: Record<number, string> = {
  20002: "Invalid FriendlyName",
  20003: "Authenticate",
  20004: "Method not allowed",
  20005: "Account not active",
  20007: "Page size too large",
  20009: "Cannot delete this resource before it is complete",
  20404: "The requested resource was not found",
  20413: "Request Entity Too Large",
  20422: "Invalid Parameter",
  20429: "Too Many Requests",
  20500: "Internal Server Error",
  20503: "Service unavailable",
  12301: "Invalid Upload Content-Type",
  21211: "Invalid 'To' Phone Number",
  21212: "Invalid 'From' Number",
  21238: "Address Validation Error",
  21408: "Permission to send an SMS or MMS has not been enabled for the region indicated by the 'To' number",
  21421: "Phone Number is invalid",
  21422: "PhoneNumber is not available",
  21452: "No phone numbers found in area code",
  21477: "Unable to update Status for parent accounts",
  21479: "Unable to update Status for subaccount, subaccount has been closed.",
  21502: "Invalid callback url",
  21601: "Phone number is not a valid SMS-capable inbound phone number",
  21602: "Message body is required",
  21603: "A 'From' or 'MessagingServiceSid' parameter is required to send a message",
  21604: "The destination 'To' phone number is required to send an SMS",
  21606:
    "The 'From' phone number provided is not a valid message-capable Twilio phone number for this destination/account",
  21608: "The 'to' phone number provided is not yet verified for this account.",
  21609: "Invalid 'StatusCallback'",
  21610: "Attempt to send to unsubscribed recipient",
  21611: "This 'From' number has exceeded the maximum number of queued messages",
  21612: 'Message cannot be sent with the current combination of "To" and/or "From" parameters',
  21614: "'To' number is not a valid mobile number",
  21617: "The concatenated message body exceeds the 1600 character limit",
  21619: "A Message Body, Media URL or Content SID is required",
  21620: "Invalid media URL(s)",
  11200: "HTTP retrieval failure",
  21615: "Phone Number Requires a Local Address",
  21621: "The 'From' number has not been enabled for MMS",
  21623: "Number of media files exceeds allowed limit",
  21628: "Address Validation Error",
  21629: "Address Validation Error - Check Suggested Address",
  21630: "Cannot mutate Address that is linked to a verified Document.",
  21631: "Phone Number Requires an Address",
  21644: "End-User cannot be deleted due to an active assignment to a Bundle",
  21645: "Supporting Document cannot be deleted due to active Regulatory Bundle assignment",
  21646: "Supporting Document is not eligible for deletion",
  21647: "Regulatory Bundle is not eligible for deletion",
  21648: "Regulatory Bundle cannot be deleted due to active number assignment",
  21649: "Phone Number Requires a Bundle",
  22200: "Invalid End-User Type or Number Type",
  22201: "No regulation sid found for the given number group",
  22202: "No regulation sid or phone number country and type was provided",
  22203: "Unable to parse bundle status",
  22204: "Bundle status and properties cannot be updated in the same request",
  22205: "Attempting to assign invalid object_sid to Bundle",
  22206: "Attempting to add invalid object type to bundle",
  22210: "Cannot create a Supporting Document with no Type",
  22211: "Cannot create a Supporting Document with no FriendlyName",
  22212: "Invalid End-User Type in request",
  22229: "Supporting Document Bundle Assignment cannot be removed",
  21659: "'From' is not a Twilio phone number or Short Code country mismatch",
  21660: "Mismatch between the 'From' number and the account",
  21701: "The Messaging Service does not exist",
  21703: "The Messaging Service does not have a phone number available to send a message",
  21704: "The Messaging Service contains no phone numbers",
  21705: "The Messaging Service is invalid",
  21710: "Phone Number Already Exists in Messaging Service",
  21712: "Phone Number or Short Code is associated with another Messaging Service.",
  21714: "Messaging Service Number Pool size limit reached",
  30001: "Queue overflow",
  30002: "Account suspended",
  30003: "Unreachable destination handset",
  30004: "Message blocked",
  30005: "Unknown destination handset",
  30006: "Landline or unreachable carrier",
  30007: "Message filtered",
  30008: "Unknown error",
  30034: "US A2P 10DLC - Message from an Unregistered Number",
  30036: "Validity Period Expired",
  30409: "This message cannot be canceled",
  35111: "SendAt timestamp is missing",
  35114: "Scheduling does not support this timestamp",
  35115: "SendAt time must be between 300 seconds and 35 days in the future, inclusive",
  35117: "SendAt needs ScheduleType",
  35118: "MessagingServiceSid is required to schedule a message",
  35126: "The ScheduleType value provided is not supported for this channel",
  63007: "Twilio could not find a Channel with the specified 'From' address",
};

export function messageOf(code: number): string {
  return MESSAGES[code] ?? `Error ${code}`;
}

/** A refusal in Twilio's words: thrown by the API's handlers, answered as {code, message, more_info, status}. */
export class TwilioError extends Error {
  readonly code: number;
  readonly status: number;

  constructor(code: number, status = 400, message = messageOf(code)) {
    super(message);
    this.code = code;
    this.status = status;
  }

  toJSON(): { code: number; message: string; more_info: string; status: number } {
    return {
      code: this.code,
      message: this.message,
      more_info: `https://www.twilio.com/docs/errors/${this.code}`,
      status: this.status,
    };
  }
}

export function notFound(path: string): TwilioError {
  return new TwilioError(20404, 404, `The requested resource ${path} was not found`);
}

/** What is wrong with a request to the simulator's own control endpoints or to its TypeScript door. */
export class ControlError extends Error {
  readonly status: number;
  readonly field: string;

  constructor(field: string, message: string, status = 400) {
    super(`${field}: ${message}`);
    this.field = field;
    this.status = status;
  }
}
