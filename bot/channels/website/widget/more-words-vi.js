export default {
  menu: {
    title: "Thêm lựa chọn",
    staff: "Gặp nhân viên",
    rate: "Đánh giá hỗ trợ",
    transcript: "Tải cuộc trò chuyện về máy",
    privacyTitle: "Dữ liệu của tôi",
    privacyText: [
      "Nội dung trò chuyện được giữ có thời hạn để trả lời và hỗ trợ bạn.",
      "Các mốc hành trình (hỏi gì, dùng thử, đặt mua, hài lòng ra sao) chỉ được ghi khi bạn đồng ý. Không đồng ý, bạn vẫn được phục vụ y như vậy và đổi ý lúc nào cũng được.",
    ],
    agree: "Đồng ý ghi lại hành trình",
    refuse: "Không ghi lại hành trình",
    copy: "Cho tôi xem dữ liệu đang lưu",
    forget: "Xoá dữ liệu của tôi",
  },
  rating: {
    question: "Bạn hài lòng với lần hỗ trợ này ở mức nào?",
    score: (score) => `${score} trên 5`,
    given: (score) => `Mình chấm ${score}/5`,
    later: "Để sau",
  },
  transcript: {
    head: (name, at) => `Trò chuyện với ${name}, lưu lúc ${at}`,
    you: "Bạn",
    bot: "Trợ lý",
    file: "tro-chuyen.txt",
    failed: "Chưa tải được cuộc trò chuyện, bạn thử lại sau nhé.",
  },
  attachments: {
    tooLarge: (name, megabytes) => `“${name}” lớn hơn ${megabytes} MB, bạn gửi tệp nhỏ hơn nhé.`,
    empty: (name) => `“${name}” không có nội dung.`,
    tooMany: (count) => `Mỗi lần gửi tối đa ${count} tệp.`,
    gone: (name) => `Chưa lấy được “${name}”, có thể tệp đã được xoá.`,
  },
};
