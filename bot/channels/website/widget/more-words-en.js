export default {
  menu: {
    title: "More options",
    staff: "Talk to a person",
    rate: "Rate our help",
    transcript: "Download this conversation",
    privacyTitle: "My data",
    privacyText: [
      "What you write is kept for a limited time, to answer and support you.",
      "Milestones (what you ask, try, order, how happy you are) are kept only if you agree. Saying no changes nothing in how we serve you, and you can change your mind at any time.",
    ],
    agree: "I agree to my milestones being kept",
    refuse: "Do not keep my milestones",
    copy: "Show me the data you keep",
    forget: "Delete my data",
  },
  rating: {
    question: "How happy are you with the help you got?",
    score: (score) => `${score} out of 5`,
    given: (score) => `I give ${score} out of 5`,
    later: "Later",
  },
  transcript: {
    head: (name, at) => `Conversation with ${name}, saved ${at}`,
    you: "You",
    bot: "Assistant",
    file: "conversation.txt",
    failed: "The conversation could not be downloaded; please try again later.",
  },
  attachments: {
    tooLarge: (name, megabytes) => `“${name}” is larger than ${megabytes} MB; please send a smaller file.`,
    empty: (name) => `“${name}” is empty.`,
    tooMany: (count) => `At most ${count} files at a time.`,
    gone: (name) => `“${name}” could not be fetched; it may have been erased.`,
  },
};
