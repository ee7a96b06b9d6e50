FROM node:20
EXPOSE $PORT
CMD ["node", "server.js"]
